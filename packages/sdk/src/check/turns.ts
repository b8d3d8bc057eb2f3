/** Lets so many actions run at a time; the others wait their turn, first come, first served. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #free: number

  /** @param limit at least 1 */
  constructor(limit: number) {
    this.#free = limit
  }

  /** Resolves as `action` does. An action that fails gives its turn on like any other. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>(resolve => this.#waiting.push(resolve))
    try {
      return await action()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next()
    }
  }
}
