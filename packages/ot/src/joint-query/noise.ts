/**
 * A provider's share of discrete Laplace noise: the shares of n providers sum to noise x of probability proportional to
 * e^(−|x|/t), and whoever knows all shares but one still lacks a share of it.
 *
 *   x_i = P_i − Q_i,  P_i and Q_i of the Pólya law NB(1/n, e^(−1/t));  Σ P_i is geometric, Σ P_i − Σ Q_i discrete Laplace
 *   NB(1/n, p) is the sum of a Poisson process on 1, 2, 3, … of rate p^k / (n·k) at k
 *
 * The process is drawn by thinning: level j proposes Poisson(1/n) values, uniform in [2^j, 2^(j+1)), and keeps k with
 * probability (2^j / k) · e^(−k/t). Every draw compares integers; e^(−k/t) and Poisson(1/n) come from Bernoulli trials of
 * rational probability. No floating point anywhere, so that no rounding tells anything (Mironov, CCS 2012). Levels end at
 * 64·t: what lies beyond has a rate below 2^-92.
 *
 * Source: infinite divisibility of the geometric law, as Goryczka and Xiong (IEEE TDSC 2017) and Balle, Bell, Gascón and
 * Nissim (CCS 2020) use it; the compound Poisson form of Quenouille (Biometrics 1949); exact e^(−x) of Canonne, Kamath and
 * Steinke (NeurIPS 2020), algorithm 1.
 *
 * A sensitivity Δ of the total gives differential privacy of ε = Δ/t against a party that knows no share; with c of the n
 * providers in league, noise of n − c shares remains, which is less. Not constant time: the number of draws depends on them.
 */
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'

/** Levels end where e^(−k/t) is below e^-64. */
const TAIL = 5

/**
 * One provider's share.
 *
 * @param scale t, 1 to 2^40
 * @param firms n, 3 or more
 * @throws ERR_INPUT_RANGE
 */
export function noiseShare(scale: number, firms: number, random: RandomSource): bigint {
  if (!Number.isSafeInteger(scale) || scale < 1 || scale > 2 ** 40) {
    fail('ERR_INPUT_RANGE', 'expected a scale of noise of 1 to 2^40')
  }
  if (!Number.isSafeInteger(firms) || firms < 3) fail('ERR_INPUT_RANGE', 'expected 3 firms or more')
  return polya(scale, firms, random) - polya(scale, firms, random)
}

function polya(scale: number, firms: number, random: RandomSource): bigint {
  let sum = 0n
  const levels = bitsBelow(scale) + TAIL
  for (let level = 0; level <= levels; level++) {
    const from = 2 ** level
    for (let left = poissonOfInverse(firms, random); left > 0; left--) {
      const value = from + below(from, random)
      if (bernoulli(from, value, random) && exponential(value, scale, random)) sum += BigInt(value)
    }
  }
  return sum
}

/** Poisson(1/n): proposes m with probability 2^-(m+1) and keeps it with probability (2/n)^m / m!. */
function poissonOfInverse(n: number, random: RandomSource): number {
  for (;;) {
    let count = 0
    while (bernoulli(1, 2, random)) count++
    let isKept = true
    for (let i = 1; i <= count && isKept; i++) isKept = bernoulli(2, n * i, random)
    if (isKept) return count
  }
}

/** True with probability e^(−numerator/denominator). */
function exponential(numerator: number, denominator: number, random: RandomSource): boolean {
  for (let whole = Math.floor(numerator / denominator); whole > 0; whole--) {
    if (!exponentialOfFraction(1, 1, random)) return false
  }
  return exponentialOfFraction(numerator % denominator, denominator, random)
}

/** True with probability e^(−γ) for γ = numerator/denominator of 0 to 1: the first failure of Bernoulli(γ/k) has odd k. */
function exponentialOfFraction(numerator: number, denominator: number, random: RandomSource): boolean {
  let k = 1
  while (bernoulli(numerator, denominator * k, random)) k++
  return k % 2 === 1
}

/** True with probability numerator/denominator, at most 1; both below 2^53. */
function bernoulli(numerator: number, denominator: number, random: RandomSource): boolean {
  return below(denominator, random) < numerator
}

/** A uniform integer of 0 to n − 1, by rejection. */
function below(n: number, random: RandomSource): number {
  const bits = bitsBelow(n)
  for (;;) {
    let value = 0
    for (const byte of random.bytes(Math.ceil(bits / 8))) value = value * 256 + byte
    value %= 2 ** bits
    if (value < n) return value
  }
}

/** Bits of n − 1: the least b with n ≤ 2^b. */
function bitsBelow(n: number): number {
  let bits = 0
  while (2 ** bits < n) bits++
  return bits
}
