import { fail } from '@mixun/core/errors'

/** A secret that serves one protocol run: the second {@link OneShot.take} fails, and the reference is dropped. */
export class OneShot<T> {
  #value: T | null

  constructor(value: T) {
    this.#value = value
  }

  /** @throws ERR_STATE_CONSUMED */
  take(): T {
    const value = this.#value
    if (value === null) fail('ERR_STATE_CONSUMED', 'expected a fresh state, found one that was used')
    this.#value = null
    return value
  }
}
