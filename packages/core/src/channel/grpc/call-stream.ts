import type { ClientDuplexStream, ServerDuplexStream } from '@grpc/grpc-js'
import { type MixunError, mixunError } from '../../errors/index.ts'
import {
  FramedChannel,
  type FrameMessage,
  type MessageStream,
  type TransportPeer,
} from '../framed-channel.ts'

type Call = ClientDuplexStream<FrameMessage, FrameMessage> | ServerDuplexStream<FrameMessage, FrameMessage>

/** How long a server that closed waits for a silent client to end the call, in milliseconds. */
const LINGER_MS = 30_000

export interface CallChannelOptions extends TransportPeer {
  readonly call: Call
  /** A client's half-close ends its direction; a server's ends the whole call, so it waits for the client's. */
  readonly role: 'client' | 'server'
  /** Ends the call at once and tells the peer why, as this role can. */
  readonly cancel: (reason: MixunError) => void
  readonly maxFrameBytes: number
}

/** A channel over one bidirectional stream of `mixun.v1.Frames`. */
export function callChannel(options: CallChannelOptions): FramedChannel {
  const { call, role, cancel } = options
  const stream: MessageStream = {
    write: message =>
      new Promise((resolve, reject) => {
        call.write(message, (error?: Error | null) => (error ? reject(error) : resolve()))
      }),
    resume: () => call.resume(),
    pause: () => call.pause(),
    finish(isPeerEnded) {
      if (isPeerEnded || role === 'client') call.end()
    },
    cancel,
    lingerMs: role === 'server' ? LINGER_MS : null,
  }
  const channel = new FramedChannel(stream, options, options.maxFrameBytes)
  call.on('data', (message: FrameMessage) => channel.take(message))
  call.on('end', () => {
    if (role === 'server') channel.takeEnd()
    else channel.fail(mixunError('ERR_CHANNEL_CLOSED', 'the peer ended the stream'))
  })
  call.pause()
  return channel
}
