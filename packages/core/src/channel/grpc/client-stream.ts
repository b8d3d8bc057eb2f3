import { type Client, type ClientDuplexStream, type ServiceError, status } from '@grpc/grpc-js'
import { type MixunError, mixunError } from '../../errors/index.ts'
import type { Channel } from '../channel.ts'
import type { FrameMessage } from '../framed-channel.ts'
import { callChannel } from './call-stream.ts'
import { LIMIT_STATUS, sessionMethod } from './service.ts'

/** Opens a stream on a connection; `ended` is fulfilled when gRPC is done with it. */
export function openStream(
  client: Client,
  peerName: string,
  maxFrameBytes: number,
): { channel: Channel; ended: Promise<unknown> } {
  const call: ClientDuplexStream<FrameMessage, FrameMessage> = client.makeBidiStreamRequest(
    sessionMethod.path,
    sessionMethod.requestSerialize,
    sessionMethod.responseDeserialize,
  )
  const cancel = () => call.cancel()
  const channel = callChannel({ call, role: 'client', cancel, peerName, maxFrameBytes })
  call.on('error', (error: ServiceError) => channel.fail(callError(error, peerName)))
  return { channel, ended: new Promise(resolve => call.on('status', resolve)) }
}

/** What the status of a stream says. */
function callError(error: ServiceError, peerName: string): MixunError {
  if (error.code === LIMIT_STATUS) {
    return mixunError('ERR_LIMIT_FRAME_BYTES', `${peerName} refused a frame as too large`, { cause: error })
  }
  if (error.code === status.UNAUTHENTICATED) {
    return mixunError('ERR_CHANNEL_TLS', `${peerName} refused our certificate`, { cause: error })
  }
  return mixunError('ERR_CHANNEL_CLOSED', `the stream to ${peerName} broke`, { cause: error })
}
