/** Terms that one call of {@link GroupKernel.sumPublic} takes. */
export const MAX_PUBLIC_TERMS = 32

/** A compiled kernel as it is shipped. */
export interface KernelModule {
  readonly name: string
  /** Length of the WebAssembly module. */
  readonly bytes: number
  /** SHA-256 of the module, hex. */
  readonly sha256: string
  readonly base64: string
}

/**
 * What a group kernel exports. Addresses point into its exchange area; elements are {@link GroupKernel.elementBytes}
 * bytes in a form of the kernel's own, scalars 32 bytes, little-endian and reduced. `sumPublic` is
 * variable-time (scripts/lib/kernel-exports.ts lists it); the others have no branch and no address that depends on what they compute with.
 */
export interface GroupKernel {
  readonly memory: { readonly buffer: ArrayBuffer }
  exchange(): number
  exchangeBytes(): number
  elementBytes(): number
  /** Fills the tables; before anything else. */
  initialize(): void
  /** Zeroes the working memory. */
  wipe(): void
  generator(r: number): void
  multiply(r: number, p: number, scalar: number): void
  multiplyMany(r: number, p: number, scalar: number, count: number): void
  multiplyEach(r: number, p: number, scalars: number, count: number): void
  multiplyBase(r: number, scalar: number): void
  multiplyBaseMany(r: number, scalars: number, count: number): void
  /** At most 32 (`MAX_PUBLIC_TERMS`) points and scalars. */
  sumPublic(r: number, points: number, scalars: number, count: number): void
  add(r: number, p: number, q: number): void
  negate(r: number, p: number): void
  equal(p: number, q: number): number
  isIdentity(p: number): number
  encode(bytes: number, p: number): void
  encodeMany(bytes: number, p: number, count: number): void
  decode(r: number, bytes: number): number
  fromUniformBytes(r: number, bytes: number): void
  addScalars(r: number, a: number, b: number): void
  subtractScalars(r: number, a: number, b: number): void
  multiplyScalars(r: number, a: number, b: number): void
  invertScalar(r: number, a: number): void
  reduceScalar(r: number, bytes: number): void
  isZeroScalar(a: number): number
  isReducedScalar(bytes: number): number
}

/** The kernel of the SM2 curve also reads and writes both coordinates, x ‖ y. */
export interface Sm2Kernel extends GroupKernel {
  encodeAffine(bytes: number, p: number): void
  decodeAffine(r: number, bytes: number): number
}
