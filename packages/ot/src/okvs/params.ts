import { fail } from '@mixun/core/errors'
import { defineParameters, type ParameterSet } from '@mixun/core/params'

/** Bytes of a key, and of the seed that the rows are derived under. */
export const OKVS_KEY_BYTES = 16

/** Parameters of a random-band oblivious key-value store. */
export interface OkvsParameters extends ParameterSet {
  /** Columns that a row may touch, w: a multiple of 32 of at most 256, which is what a row holds in memory. */
  readonly bandBits: number
  /** Columns for each item, 1 + ε, beside the `bandBits` that every store has. */
  readonly expansion: number
  /** Largest number of items. */
  readonly maxItems: number
  /** Seeds that an encoder tries before it gives up. */
  readonly seeds: number
}

/**
 * w = 256, ε = 0.1. For ε = 0.1 and n = 2^20 the source fits a failure of 2^-(0.2691·w − 15.21) an encoding: a band of
 * 205 bits would reach 2^-40 and 256 bits reach 2^-53. Failures grow in proportion to n, so that 2^24 items stay at 2^-49
 * and a thousand such stores below the 2^-40 that protocols take for statistical errors.
 *
 * Two checks of the fit: its slope is the decay of a queue (sorted rows fill columns as arrivals at load ρ = 1/1.1 fill a
 * server that takes one a step; a row fails when it waits w steps; the tail is e^(-r·w) with ρ·(e^r − 1) = r, which is
 * 0.2691 bits a column), and `failure-rate.long.ts` measures it where failures are frequent enough to count.
 */
export const okvsRandomBand256: OkvsParameters = defineParameters({
  id: 'okvs_rb_w256_e10_s40',
  securityLevel: 'classical128',
  source: 'eprint 2023/903 (RB-OKVS), with its fit for ε = 0.1',
  bandBits: 256,
  expansion: 1.1,
  maxItems: 2 ** 24,
  seeds: 2,
})

/** A band so narrow that encoding fails often; for tests of what happens then. */
export const insecureRandomBand32: OkvsParameters = defineParameters({
  id: 'insecure_okvs_rb_w32_e10',
  securityLevel: 'unchecked',
  source: 'made to fail in about one of seven stores of 2,000 items',
  bandBits: 32,
  expansion: 1.1,
  maxItems: 2 ** 16,
  seeds: 64,
})

/** Columns of a store for `count` items, m = ⌈(1 + ε)·n⌉ + w: what a holder of the store learns of their number. */
export function okvsColumns(parameters: OkvsParameters, count: number): number {
  if (!Number.isInteger(count) || count < 0 || count > parameters.maxItems) {
    fail('ERR_INPUT_RANGE', `expected 0 to ${parameters.maxItems} items, found ${count}`)
  }
  return Math.ceil(parameters.expansion * count) + parameters.bandBits
}

/** Bytes of an encoded store: the seed and the columns. @throws ERR_INPUT_RANGE */
export function okvsBytes(parameters: OkvsParameters, count: number, valueBytes: number): number {
  return OKVS_KEY_BYTES + okvsColumns(parameters, count) * checkValueBytes(valueBytes)
}

/** @throws ERR_INPUT_RANGE unless `valueBytes` is a multiple of 8 of at most 1,024 */
export function checkValueBytes(valueBytes: number): number {
  if (!Number.isInteger(valueBytes / 8) || valueBytes < 8 || valueBytes > 1_024) {
    fail('ERR_INPUT_RANGE', `expected values of 8, 16, 24, … 1,024 bytes, found ${valueBytes}`)
  }
  return valueBytes
}
