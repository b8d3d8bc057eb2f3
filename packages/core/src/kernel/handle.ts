import { fail } from '../errors/index.ts'

/**
 * What stands behind an opaque element or scalar of a kernel group. Prints, serialises and clones without its value;
 * {@link openHandle} alone reads it.
 */
export class Handle {
  readonly owner: string
  readonly #bytes: Uint8Array

  constructor(owner: string, bytes: Uint8Array) {
    this.owner = owner
    this.#bytes = bytes
  }

  /** The bytes of a handle made by `owner`; undefined for any other value. */
  static bytesOf(owner: string, value: unknown): Uint8Array | undefined {
    return value instanceof Handle && value.owner === owner ? value.#bytes : undefined
  }

  toJSON(): string {
    return `[${this.owner}]`
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `[${this.owner}]`
  }
}

/** The bytes of a handle made by `owner`. @throws ERR_INPUT_RANGE for any other value */
export function openHandle(owner: string, value: unknown): Uint8Array {
  return (
    Handle.bytesOf(owner, value) ??
    fail('ERR_INPUT_RANGE', `expected a handle of ${owner}, found one made elsewhere`)
  )
}
