import { fail } from '../errors/index.ts'

/** What stands behind an opaque element or scalar of a kernel group. Prints and serialises without its value. */
export class Handle {
  readonly owner: string
  readonly bytes: Uint8Array

  constructor(owner: string, bytes: Uint8Array) {
    this.owner = owner
    this.bytes = bytes
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
  if (value instanceof Handle && value.owner === owner) return value.bytes
  return fail('ERR_INPUT_RANGE', `expected a handle of ${owner}, found one made elsewhere`)
}
