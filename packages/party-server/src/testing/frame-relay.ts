import { type Channel, DEFAULT_MAX_FRAME_BYTES, type Listener } from '@mixun/core/channel'
import { connectGrpc, serveGrpc } from '@mixun/core/channel/grpc'
import { connectWebSocket, serveWebSocket } from '@mixun/core/channel/ws'
import { MixunError } from '@mixun/core/errors'
import { WEB_SOCKET_SCHEME } from '@mixun/sdk/consortium'
import { readFileSync, writeFileSync } from 'node:fs'
import { freePort } from './free-port.ts'
import type { TestParty } from './test-party.ts'

export type Direction = 'to-server' | 'to-client'

/** One frame as the transport carried it. */
export interface RelayedFrame {
  readonly direction: Direction
  readonly bytes: Uint8Array
}

/** Where every channel is cut: before frame `before` of one direction, counted from 0. */
export interface Cut {
  readonly direction: Direction
  readonly before: number
}

/**
 * Stands before a party's daemon, at the address that members dial, with the certificates of both sides: what it passes
 * on are the frames of channels, over either transport. It keeps every frame and can cut channels.
 */
export class FrameRelay implements AsyncDisposable {
  /** The frames of each channel, oldest first. */
  channels: RelayedFrame[][] = []
  /** Cuts the channels that are opened from now on; null passes everything. */
  cut: Cut | null = null
  /** Channels that were cut. */
  cuts = 0
  readonly #party: TestParty
  readonly #callers: ReadonlyMap<string, TestParty>
  readonly #port: number
  #listener: Listener | null = null

  private constructor(party: TestParty, callers: readonly TestParty[], port: number) {
    this.#party = party
    this.#callers = new Map(callers.map(caller => [caller.id, caller]))
    this.#port = port
  }

  /** Moves the daemon of `party` to another port and takes its place. */
  static async before(party: TestParty, callers: readonly TestParty[]): Promise<FrameRelay> {
    const { listen } = party.home.config
    const relay = new FrameRelay(party, callers, await freePort())
    await party.stop()
    const { config } = party.home.paths
    writeFileSync(config, readFileSync(config, 'utf8').replace(/^port = .*$/m, `port = ${relay.#port}`))
    await party.start()
    const serve = relay.#isWebSocket ? serveWebSocket : serveGrpc
    relay.#listener = await serve({
      host: listen.host,
      port: listen.port,
      tls: party.home.tls(),
      onChannel: channel => void relay.#pass(channel),
    })
    return relay
  }

  /** Lengths of the frames of each channel, each way; channels in no order, as they run side by side. */
  shapes(): string[] {
    const shape = (frames: RelayedFrame[]) =>
      frames.map(({ direction, bytes }) => `${direction} ${bytes.length}`).join(', ')
    return this.channels.map(shape).toSorted()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.close(0)
  }

  get #isWebSocket(): boolean {
    return this.#party.home.config.listen.advertise.startsWith(WEB_SOCKET_SCHEME)
  }

  async #pass(near: Channel): Promise<void> {
    const caller = this.#callers.get(String(near.peerName))
    if (caller === undefined) return near.abort()
    const connect = this.#isWebSocket ? connectWebSocket : connectGrpc
    const connection = connect({
      address: `127.0.0.1:${this.#port}`,
      tls: caller.home.tls(),
      peerName: this.#party.id,
      maxFrameBytes: DEFAULT_MAX_FRAME_BYTES,
    })
    try {
      const far = await connection.open()
      const frames: RelayedFrame[] = []
      this.channels.push(frames)
      const { cut } = this
      await Promise.all([
        this.#forward(near, far, 'to-server', frames, cut),
        this.#forward(far, near, 'to-client', frames, cut),
      ])
    } catch {
      near.abort()
    } finally {
      connection.close()
    }
  }

  async #forward(
    from: Channel,
    to: Channel,
    direction: Direction,
    frames: RelayedFrame[],
    cut: Cut | null,
  ): Promise<void> {
    try {
      for (let n = 0; ; n++) {
        const bytes = await from.receive()
        if (cut?.direction === direction && cut.before === n) {
          this.cuts++
          throw new Error('cut')
        }
        frames.push({ direction, bytes })
        await to.send(bytes)
      }
    } catch (error) {
      if (error instanceof MixunError && error.code === 'ERR_CHANNEL_CLOSED') return to.close()
      for (const channel of [from, to]) channel.abort()
    }
  }
}
