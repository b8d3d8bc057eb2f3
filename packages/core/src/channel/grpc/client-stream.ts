import { type Client, type ClientDuplexStream, type ServiceError, status } from '@grpc/grpc-js'
import { type MixunError, mixunError } from '../../errors/index.ts'
import { type CallMessage, ChannelCall } from './call-stream.ts'
import { LIMIT_STATUS, sessionMethod } from './service.ts'

/** What {@link openCall} takes. */
export interface OpenCallOptions {
  readonly peerName: string
  readonly maxFrameBytes: number
  readonly onIdle: (call: ChannelCall) => void
  /** gRPC is done with the call. */
  readonly onEnded: (call: ChannelCall) => void
}

/** Opens a call on a connection. */
export function openCall(client: Client, options: OpenCallOptions): ChannelCall {
  const { peerName, maxFrameBytes, onIdle, onEnded } = options
  const call: ClientDuplexStream<CallMessage, CallMessage> = client.makeBidiStreamRequest(
    sessionMethod.path,
    sessionMethod.requestSerialize,
    sessionMethod.responseDeserialize,
  )
  const opened: ChannelCall = new ChannelCall({
    call,
    peer: { peerName },
    maxFrameBytes,
    onChannel: null,
    cancel: () => call.cancel(),
    onIdle: () => onIdle(opened),
  })
  call.on('error', (error: ServiceError) => opened.fail(callError(error, peerName)))
  call.on('status', () => {
    opened.fail(mixunError('ERR_CHANNEL_CLOSED', `${peerName} ended the stream`))
    onEnded(opened)
  })
  return opened
}

/** What the status of a call says. */
function callError(error: ServiceError, peerName: string): MixunError {
  if (error.code === LIMIT_STATUS) {
    return mixunError('ERR_LIMIT_FRAME_BYTES', `${peerName} refused a frame as too large`, { cause: error })
  }
  if (error.code === status.UNAUTHENTICATED) {
    return mixunError('ERR_CHANNEL_TLS', `${peerName} refused our certificate`, { cause: error })
  }
  return mixunError('ERR_CHANNEL_CLOSED', `the stream to ${peerName} broke`, { cause: error })
}
