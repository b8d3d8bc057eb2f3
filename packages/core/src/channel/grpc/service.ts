import { fileURLToPath } from 'node:url'
import {
  type ChannelOptions,
  logVerbosity,
  type MethodDefinition,
  type ServiceDefinition,
  setLogVerbosity,
  status,
} from '@grpc/grpc-js'
import { loadSync } from '@grpc/proto-loader'
import { MESSAGE_BYTES } from '../framed-channel.ts'
import type { CallMessage } from './call-stream.ts'

// grpc-js would write its own lines to standard error; whatever fails is a coded error of the call that failed.
if (process.env['GRPC_VERBOSITY'] === undefined) setLogVerbosity(logVerbosity.NONE)

const definition = loadSync(fileURLToPath(new URL('./frames.proto', import.meta.url)), { defaults: true })

export const framesService = definition['mixun.v1.Frames'] as ServiceDefinition

export const sessionMethod = framesService['Session'] as MethodDefinition<CallMessage, CallMessage>

/** Status of a stream that its receiver ended because of a frame above the limit. */
export const LIMIT_STATUS = status.OUT_OF_RANGE

/** A client retires a call that was idle for so long; a server waits longer, so that it rarely ends one in use. */
export const OPENER_IDLE_MS = 30_000
export const TAKER_IDLE_MS = 60_000

/** How soon a peer that silently disappeared is noticed. */
export interface KeepaliveOptions {
  /** Silence before a ping, in milliseconds; default 10,000. */
  readonly keepaliveMs?: number
  /** How long the answer to a ping may take, in milliseconds; default 5,000. */
  readonly keepaliveTimeoutMs?: number
}

/** Options of both ends of a connection. */
export function connectionOptions(options: KeepaliveOptions): ChannelOptions {
  return {
    // Room for the fields around the payload.
    'grpc.max_receive_message_length': MESSAGE_BYTES + 64,
    'grpc-node.flow_control_window': 4 * MESSAGE_BYTES,
    'grpc.keepalive_time_ms': options.keepaliveMs ?? 10_000,
    'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs ?? 5_000,
  }
}
