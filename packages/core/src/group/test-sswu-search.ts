export interface PrimeCurve {
  readonly p: bigint
  readonly a: bigint
  readonly b: bigint
}

/** find_z_sswu of RFC 9380 appendix H.2: the Z of the simplified SWU map for y² = x³ + a·x + b modulo p. */
export function findSswuZ({ p, a, b }: PrimeCurve): bigint {
  const mod = (value: bigint) => ((value % p) + p) % p
  const g = (x: bigint) => mod(x ** 3n + a * x + b)
  const isSquare = (value: bigint) => [0n, 1n].includes(power(mod(value), (p - 1n) / 2n, p))
  for (let counter = 1n; ; counter++) {
    for (const z of [counter, -counter]) {
      // Criteria 1 and 2: Z is not a square and not −1.
      if (isSquare(z) || mod(z) === p - 1n) continue
      // Criterion 3: g(x) − Z is irreducible; a cubic is unless it has a root.
      if (hasRoot(p, mod(a), mod(b - z))) continue
      // Criterion 4: g(b / (Z·a)) is a square.
      if (isSquare(g(mod(b * power(mod(z * a), p - 2n, p))))) return z
    }
  }
}

function power(base: bigint, exponent: bigint, p: bigint): bigint {
  let result = 1n
  for (let [square, rest] = [base, exponent]; rest > 0n; rest >>= 1n, square = (square * square) % p) {
    if (rest & 1n) result = (result * square) % p
  }
  return result
}

type Quadratic = readonly [bigint, bigint, bigint]

/** Whether x³ + a·x + c has a root modulo p: whether it shares a factor with x^p − x. */
function hasRoot(p: bigint, a: bigint, c: bigint): boolean {
  const mod = (value: bigint) => ((value % p) + p) % p
  const multiply = (f: Quadratic, h: Quadratic): Quadratic => {
    const product = [0n, 0n, 0n, 0n, 0n]
    f.forEach((x, i) => h.forEach((y, j) => (product[i + j] = (product[i + j] as bigint) + x * y)))
    const [p0, p1, p2, p3, p4] = product as [bigint, bigint, bigint, bigint, bigint]
    // x³ = −a·x − c and x⁴ = −a·x² − c·x.
    return [mod(p0 - c * p3), mod(p1 - a * p3 - c * p4), mod(p2 - a * p4)]
  }
  let result: Quadratic = [1n, 0n, 0n]
  for (let [square, rest] = [[0n, 1n, 0n] as Quadratic, p]; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = multiply(result, square)
    square = multiply(square, square)
  }
  const difference = [result[0], mod(result[1] - 1n), result[2]]
  return degree(greatestCommonDivisor([c, a, 0n, 1n], difference, p)) > 0
}

function degree(f: readonly bigint[]): number {
  return f.findLastIndex(coefficient => coefficient !== 0n)
}

/** By Euclid, over the integers modulo p; coefficients in ascending order. */
function greatestCommonDivisor(f: readonly bigint[], h: readonly bigint[], p: bigint): readonly bigint[] {
  if (degree(h) < 0) return f
  const remainder = [...f]
  const lead = power(h[degree(h)] as bigint, p - 2n, p)
  while (degree(remainder) >= degree(h)) {
    const shift = degree(remainder) - degree(h)
    const factor = ((remainder[degree(remainder)] as bigint) * lead) % p
    for (let i = 0; i <= degree(h); i++) {
      const at = i + shift
      remainder[at] = ((((remainder[at] as bigint) - factor * (h[i] as bigint)) % p) + p) % p
    }
  }
  return greatestCommonDivisor(h, remainder, p)
}
