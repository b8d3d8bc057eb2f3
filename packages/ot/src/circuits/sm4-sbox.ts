import { aesSbox } from './aes-sbox.ts'
import { type Bit, type Bits, type CircuitBuilder, ZERO } from './builder.ts'

/** x^8 + x^7 + x^6 + x^5 + x^4 + x^2 + 1, which SM4 inverts modulo, and x^8 + x^4 + x^3 + x + 1, which AES does. */
const SM4_MODULUS = 0x1f5
const AES_MODULUS = 0x11b

/** The affine map around the inversion of SM4: row i is 0xa7 rotated by i bits, and the constant 0xd3. */
const SM4_ROW = 0xa7
const SM4_CONSTANT = 0xd3

/** `v ↦ constant ⊕ matrix · v` over eight bits; `columns[i]` is the image of bit i. */
interface AffineMap {
  readonly columns: readonly number[]
  readonly constant: number
}

const { before, after } = mapsToAes()

/**
 * The S-box of SM4 (GB/T 32907-2016, section 6.2) by way of that of AES, 32 AND gates: both invert in a field of 256
 * elements, and all those fields are alike. `S(x) = after(AES-S(before(x)))` with affine maps.
 */
export function sm4Sbox(builder: CircuitBuilder, byte: Bits): Bit[] {
  return applyMap(builder, after, aesSbox(builder, applyMap(builder, before, byte)))
}

function applyMap(builder: CircuitBuilder, map: AffineMap, byte: Bits): Bit[] {
  return byte.map((_, row) => {
    const selected = byte.filter((_, column) => (((map.columns[column] as number) >> row) & 1) === 1)
    const total = selected.reduce((sum, bit) => builder.xor(sum, bit), ZERO)
    return (map.constant >> row) & 1 ? builder.not(total) : total
  })
}

/**
 * With φ from the field of SM4 to that of AES, A the affine map of SM4 and M that of AES: before = φ ∘ A and
 * after = A ∘ φ⁻¹ ∘ M⁻¹, where A is affine once and linear below its constant.
 */
function mapsToAes(): { before: AffineMap; after: AffineMap } {
  const root = rootOfSm4Modulus()
  const powers = [1]
  for (let i = 1; i < 8; i++) powers.push(multiply(powers[i - 1] as number, root, AES_MODULUS))
  const toAes = (x: number) => powers.reduce((sum, power, i) => ((x >> i) & 1 ? sum ^ power : sum), 0)
  const fromAes = new Map(Array.from({ length: 256 }, (_, x) => [toAes(x), x]))
  const sm4Affine = (x: number) => sm4Linear(x) ^ SM4_CONSTANT
  return {
    before: asMap(x => toAes(sm4Affine(x))),
    after: asMap(v => sm4Affine(fromAes.get(undoAesAffine(v)) as number)),
  }
}

function asMap(map: (x: number) => number): AffineMap {
  const constant = map(0)
  return { constant, columns: Array.from({ length: 8 }, (_, i) => map(1 << i) ^ constant) }
}

function sm4Linear(x: number): number {
  let y = 0
  for (let i = 0; i < 8; i++) y |= parity(rotate(SM4_ROW, i) & x) << i
  return y
}

/** FIPS 197 section 5.3.2: what InvSubBytes does before it inverts. */
function undoAesAffine(v: number): number {
  return rotate(v, 1) ^ rotate(v, 3) ^ rotate(v, 6) ^ 0x05
}

/** An element of the AES field that the modulus of SM4 vanishes at. */
function rootOfSm4Modulus(): number {
  for (let x = 2; ; x++) {
    let value = 0
    for (let i = 8; i >= 0; i--) value = multiply(value, x, AES_MODULUS) ^ ((SM4_MODULUS >> i) & 1)
    if (value === 0) return x
  }
}

function multiply(a: number, b: number, modulus: number): number {
  let product = 0
  for (let i = 0; i < 8; i++) if ((b >> i) & 1) product ^= a << i
  for (let i = 14; i >= 8; i--) if ((product >> i) & 1) product ^= modulus << (i - 8)
  return product
}

function parity(x: number): number {
  let rest = x
  for (const shift of [4, 2, 1]) rest ^= rest >> shift
  return rest & 1
}

function rotate(x: number, by: number): number {
  return ((x << by) | (x >> (8 - by))) & 0xff
}
