import { fail, MixunError, mixunError } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import { answeredRequest, encodeRequest } from './codec.ts'
import type { LedgerRequest } from './messages.ts'

/** One session, many requests at a time: answers find their request by its id. */
export class Connection {
  readonly #session: Session
  readonly #pending = new Map<number, PromiseWithResolvers<Uint8Array>>()
  #nextId = 0
  #failure: unknown = null

  constructor(session: Session) {
    this.#session = session
    void this.#receiveAnswers()
  }

  get isOpen(): boolean {
    return this.#failure === null
  }

  /**
   * Sends a request and waits for its answer's frame. After a timeout the whole connection counts as dead.
   *
   * @throws ERR_CHANNEL_TIMEOUT, ERR_CHANNEL_CLOSED and the errors of `Session.receive`
   */
  async request(request: LedgerRequest, timeoutMs: number): Promise<Uint8Array> {
    if (this.#failure !== null) throw this.#failure
    const id = this.#nextId++
    const answer = Promise.withResolvers<Uint8Array>()
    this.#pending.set(id, answer)
    const timer = setTimeout(() => {
      answer.reject(mixunError('ERR_CHANNEL_TIMEOUT', `expected an answer within ${timeoutMs} ms`))
      this.#fail(mixunError('ERR_CHANNEL_CLOSED', 'dropped after a request timed out'))
    }, timeoutMs)
    try {
      await Promise.all([this.#session.send(encodeRequest(id, request)), answer.promise])
      return await answer.promise
    } finally {
      clearTimeout(timer)
      this.#pending.delete(id)
    }
  }

  async close(): Promise<void> {
    await this.#session.close().catch(() => {})
    this.#fail(mixunError('ERR_CHANNEL_CLOSED', 'the ledger connection was closed'))
  }

  async #receiveAnswers(): Promise<void> {
    try {
      for (;;) {
        const frame = await this.#session.receive()
        const id = answeredRequest(frame)
        if (id >= this.#nextId) fail('ERR_DECODE_SCHEMA', `expected the answer to a request, found id ${id}`)
        this.#pending.get(id)?.resolve(frame)
      }
    } catch (error) {
      this.#fail(
        error instanceof MixunError ? error : mixunError('ERR_CHANNEL_CLOSED', 'lost', { cause: error }),
      )
    }
  }

  #fail(error: MixunError): void {
    this.#failure ??= error
    for (const answer of this.#pending.values()) answer.reject(error)
    this.#session.abort()
  }
}
