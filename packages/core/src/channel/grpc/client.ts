import type { SecureContext } from 'node:tls'
import { ChannelCredentials, Client, connectivityState } from '@grpc/grpc-js'
import { fail } from '../../errors/index.ts'
import { type Channel, DEFAULT_MAX_FRAME_BYTES, type WaitOptions } from '../channel.ts'
import type { Connection } from '../connection.ts'
import { parseAddress } from '../tls/address.ts'
import { type CheckServerIdentity, expectParty, SERVER_NAME } from '../tls/server-identity.ts'
import { secureContextOf, type TlsMaterial } from '../tls/tls-material.ts'
import { throwIfEnded, waitFor } from '../wait.ts'
import type { ChannelCall } from './call-stream.ts'
import { openCall } from './client-stream.ts'
import { diagnose } from './diagnose.ts'
import { IdleCalls } from './idle-calls.ts'
import { connectionOptions, type KeepaliveOptions, OPENER_IDLE_MS } from './service.ts'

export interface ConnectGrpcOptions extends KeepaliveOptions {
  /** `host:port`; an IPv6 host stands in brackets. */
  readonly address: string
  readonly tls: TlsMaterial
  /** The party that the server's certificate must name. */
  readonly peerName: string
  readonly maxFrameBytes?: number
  /** Default 5,000. */
  readonly connectTimeoutMs?: number
}

/**
 * A party over gRPC: one HTTP/2 connection, a stream for each channel that is open at a time, kept for the next.
 *
 * @throws ERR_CHANNEL_TLS when the material is unusable, ERR_INPUT_RANGE for a malformed address
 */
export function connectGrpc(options: ConnectGrpcOptions): Connection {
  return new GrpcConnection(options)
}

class GrpcConnection implements Connection {
  readonly peerName: string
  readonly #options: ConnectGrpcOptions
  readonly #host: string
  readonly #port: number
  readonly #connectTimeoutMs: number
  readonly #secureContext: SecureContext
  readonly #checkServerIdentity: CheckServerIdentity
  #client: Client | null = null
  #connecting: Promise<Client> | null = null
  readonly #calls = new Set<ChannelCall>()
  readonly #idle = new IdleCalls(OPENER_IDLE_MS)
  #isClosed = false

  constructor(options: ConnectGrpcOptions) {
    this.#options = options
    this.peerName = options.peerName
    this.#connectTimeoutMs = options.connectTimeoutMs ?? 5_000
    const { host, port } = parseAddress(options.address)
    this.#host = host
    this.#port = port
    this.#secureContext = secureContextOf(options.tls)
    this.#checkServerIdentity = expectParty(options.peerName)
  }

  async open(options: WaitOptions = {}): Promise<Channel> {
    throwIfEnded(options.signal)
    this.#checkOpen()
    const kept = this.#idle.take()
    if (kept !== undefined) return kept.next()
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = null))
    const client = await waitFor(this.#connecting, options.signal)
    this.#checkOpen()
    const opened = openCall(client, {
      peerName: this.peerName,
      maxFrameBytes: this.#options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
      onIdle: call => this.#idle.add(call),
      onEnded: call => {
        this.#idle.delete(call)
        this.#calls.delete(call)
        this.#closeWhenIdle()
      },
    })
    this.#calls.add(opened)
    return opened.channel as Channel
  }

  close(graceMs = 10_000): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#idle.close()
    this.#closeWhenIdle()
    const cut = () => {
      for (const call of this.#calls) call.cut()
    }
    setTimeout(cut, graceMs).unref()
  }

  #checkOpen(): void {
    if (this.#isClosed) {
      fail('ERR_CHANNEL_CLOSED', `the connection to ${this.peerName} was closed on this side`)
    }
  }

  /** HTTP/2 might drop a stream that is only just on its way when the connection starts to close. */
  #closeWhenIdle(): void {
    if (!this.#isClosed || this.#calls.size > 0) return
    this.#client?.close()
    this.#client = null
  }

  async #connect(): Promise<Client> {
    const client = (this.#client ??= this.#makeClient())
    const channel = client.getChannel()
    const deadline = Date.now() + this.#connectTimeoutMs
    for (;;) {
      const state = channel.getConnectivityState(true)
      if (state === connectivityState.READY) return client
      if (state === connectivityState.SHUTDOWN) this.#checkOpen()
      if (state === connectivityState.TRANSIENT_FAILURE || state === connectivityState.SHUTDOWN) break
      const isLate = await new Promise<boolean>(resolve => {
        channel.watchConnectivityState(state, deadline, error => resolve(error !== undefined))
      })
      if (isLate) {
        this.#drop(client)
        fail('ERR_CHANNEL_TIMEOUT', `no connection to ${this.peerName} in ${this.#connectTimeoutMs} ms`)
      }
    }
    this.#drop(client)
    throw await diagnose({
      host: this.#host,
      port: this.#port,
      servername: SERVER_NAME,
      peerName: this.peerName,
      secureContext: this.#secureContext,
      checkServerIdentity: this.#checkServerIdentity,
      timeoutMs: this.#connectTimeoutMs,
    })
  }

  /** The next attempt starts afresh instead of waiting for the backoff of this one. */
  #drop(client: Client): void {
    client.close()
    if (this.#client === client) this.#client = null
  }

  #makeClient(): Client {
    const channelCredentials = ChannelCredentials.createFromSecureContext(this.#secureContext, {
      checkServerIdentity: this.#checkServerIdentity,
    })
    return new Client(this.#options.address, channelCredentials, {
      ...connectionOptions(this.#options),
      'grpc.ssl_target_name_override': SERVER_NAME,
      'grpc.keepalive_permit_without_calls': 0,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.service_config_disable_resolution': 1,
      'grpc.enable_http_proxy': 0,
      'grpc.enable_retries': 0,
    })
  }
}
