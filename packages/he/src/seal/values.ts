import type { Ciphertext as NativeCiphertext, ClassHandle, Plaintext as NativePlaintext } from 'node-seal'
import type { SealContext } from './context.ts'
import { NativeHandle } from './handle.ts'

/** A native object that belongs to one context. */
export abstract class SealValue<Native extends ClassHandle> extends NativeHandle<Native> {
  readonly context: SealContext

  constructor(context: SealContext, native: Native) {
    super(native)
    this.context = context
  }
}

/** An encoded message, not encrypted. */
export class Plaintext extends SealValue<NativePlaintext> {
  readonly kind = 'plaintext'

  /** An empty plaintext that `fill` writes; freed again when `fill` throws. */
  static make(context: SealContext, fill: (native: NativePlaintext) => void): Plaintext {
    const plaintext = new Plaintext(
      context,
      context.call(() => new context.seal.Plaintext()),
    )
    return filled(plaintext, fill)
  }
}

/** An encrypted message: two polynomials when fresh, three after a ciphertext product. */
export class Ciphertext extends SealValue<NativeCiphertext> {
  readonly kind = 'ciphertext'

  /** An empty ciphertext that `fill` writes; freed again when `fill` throws. */
  static make(context: SealContext, fill: (native: NativeCiphertext) => void): Ciphertext {
    const ciphertext = new Ciphertext(
      context,
      context.call(() => new context.seal.Ciphertext()),
    )
    return filled(ciphertext, fill)
  }

  /** Polynomials it consists of: 2, or 3 until it is relinearised. */
  get polynomials(): number {
    return this.native.size()
  }
}

function filled<Native extends ClassHandle, Value extends SealValue<Native>>(
  value: Value,
  fill: (native: Native) => void,
): Value {
  try {
    value.context.call(() => fill(value.native))
    return value
  } catch (error) {
    value.dispose()
    throw error
  }
}
