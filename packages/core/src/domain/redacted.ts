// Node's console and loggers look this symbol up; naming it through the registry needs no import of node:util.
const inspect: unique symbol = Symbol.for('nodejs.util.inspect.custom')

/**
 * Base of every value whose content must not reach a log: prints as its label in strings, JSON and `util.inspect`.
 * Subclasses keep their content in `#private` fields, which generic printers and spreads cannot see; because of that
 * two instances are compared through their own methods, never by a structural comparison.
 */
export abstract class Redacted {
  readonly #label: string

  constructor(label: string) {
    this.#label = `[${label} redacted]`
  }

  toString(): string {
    return this.#label
  }

  toJSON(): string {
    return this.#label
  }

  [inspect](): string {
    return this.#label
  }
}
