import { toHex } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { type Hello, MAX_CLOCK_SKEW_MS } from './hello.ts'

/**
 * Remembers the session ids that one server accepted of each sender as long as the hello is good, after which it
 * would be refused anyway. Held in memory: a restart forgets them.
 */
export class ReplayGuard {
  readonly #deadlines = new Map<string, number>()
  #sizeAfterPruning = 0

  /** @throws ERR_SESSION_REPLAYED the second time */
  admit(hello: Hello, now: number): void {
    const key = `${hello.sender}/${toHex(hello.sessionId)}`
    if (this.#deadlines.has(key)) fail('ERR_SESSION_REPLAYED', 'expected a hello that was not used before')
    if (this.#deadlines.size > 2 * this.#sizeAfterPruning + 1_024) this.#prune(now)
    this.#deadlines.set(key, hello.deadline + MAX_CLOCK_SKEW_MS)
  }

  get size(): number {
    return this.#deadlines.size
  }

  #prune(now: number): void {
    for (const [key, deadline] of this.#deadlines) if (deadline < now) this.#deadlines.delete(key)
    this.#sizeAfterPruning = this.#deadlines.size
  }
}
