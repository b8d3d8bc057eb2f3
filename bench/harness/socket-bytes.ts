import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

const CHANNEL = 'net.client.socket'

/** Bytes on all sockets that this process dials from now on: of TCP's payload, so with TLS and HTTP/2. */
export class SocketBytes implements Disposable {
  readonly #open = new Set<Socket>()
  #ended = { sent: 0, received: 0 }
  readonly #onSocket = (message: unknown) => {
    const { socket } = message as { socket: Socket }
    this.#open.add(socket)
    socket.once('close', () => {
      this.#open.delete(socket)
      this.#ended = add(this.#ended, socket)
    })
  }

  constructor() {
    subscribe(CHANNEL, this.#onSocket)
  }

  total(): { readonly sent: number; readonly received: number } {
    return [...this.#open].reduce(add, this.#ended)
  }

  [Symbol.dispose](): void {
    unsubscribe(CHANNEL, this.#onSocket)
  }
}

function add({ sent, received }: { sent: number; received: number }, socket: Socket) {
  return { sent: sent + socket.bytesWritten, received: received + socket.bytesRead }
}
