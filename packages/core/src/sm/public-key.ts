import { concat } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import type { Element, Sm2Arithmetic } from '../group/index.ts'

/** `compressed` is 02 or 03 ‖ x, 33 bytes; `uncompressed` is 04 ‖ x ‖ y, 65 bytes (GB/T 32918.1-2016 section 4.2.9). */
export type Sm2PointForm = 'compressed' | 'uncompressed'

/**
 * An SM2 public key: a point of the curve other than infinity. There is no way to make one without that check, so nothing that takes this type needs another (the cofactor is 1: every such point has order n).
 */
export class Sm2PublicKey {
  readonly arithmetic: Sm2Arithmetic
  readonly point: Element

  /**
   * For points that `arithmetic` made or checked; bytes go through {@link Sm2PublicKey.decode}.
   *
   * @throws ERR_DECODE_ELEMENT for infinity, which a sum of points may be: anybody can sign under it
   */
  constructor(arithmetic: Sm2Arithmetic, point: Element) {
    // 2·P = P is cheaper to find out than an encoding.
    if (arithmetic.equalElements(arithmetic.add(point, point), point)) {
      fail('ERR_DECODE_ELEMENT', 'SM2: expected a public key other than infinity')
    }
    this.arithmetic = arithmetic
    this.point = point
  }

  /**
   * Reads either form by its first byte and length; the hybrid form (06, 07) is refused.
   *
   * @throws ERR_DECODE_LENGTH, ERR_DECODE_ELEMENT unless it is a point of the curve other than infinity
   */
  static decode(arithmetic: Sm2Arithmetic, bytes: Uint8Array): Sm2PublicKey {
    if (bytes.length !== 65) return new Sm2PublicKey(arithmetic, arithmetic.decodeElement(bytes))
    if (bytes[0] !== 4) fail('ERR_DECODE_ELEMENT', `SM2: expected a first byte of 4, found ${bytes[0]}`)
    return new Sm2PublicKey(arithmetic, arithmetic.decodeAffine(bytes.subarray(1)))
  }

  encode(form: Sm2PointForm): Uint8Array {
    if (form === 'compressed') return this.arithmetic.encodeElement(this.point)
    return concat(Uint8Array.of(4), this.affine())
  }

  /** x ‖ y, 64 bytes. */
  affine(): Uint8Array {
    return this.arithmetic.encodeAffine(this.point)
  }

  equals(other: Sm2PublicKey): boolean {
    return this.arithmetic.equalElements(this.point, other.point)
  }
}
