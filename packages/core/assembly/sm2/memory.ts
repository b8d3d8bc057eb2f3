// Where the kernel keeps what it computes with. Everything is static: nothing allocates.
import { NUMBER_BYTES } from '../common/limbs'

/** An element in memory: X, Y, Z of homogeneous projective coordinates, three tight field elements times R. */
export const ELEMENT_BYTES: usize = 3 * NUMBER_BYTES

/** Where the caller puts arguments and finds results. It zeroes what it used. */
export const EXCHANGE_BYTES: usize = 65536
export const EXCHANGE: usize = memory.data(65536, 16)

// Working memory, one range a file, zeroed by `wipe`.
const WORK: usize = memory.data(4096, 16)
export const WORK_BYTES: usize = WORK
export const WORK_CANONICAL: usize = WORK_BYTES + 64
export const WORK_POWER: usize = WORK_CANONICAL + 2 * NUMBER_BYTES
export const WORK_RATIO: usize = WORK_POWER + 5 * NUMBER_BYTES
export const WORK_LAW: usize = WORK_RATIO + 5 * NUMBER_BYTES
export const WORK_POINT: usize = WORK_LAW + 8 * NUMBER_BYTES
export const WORK_SCALAR: usize = WORK_POINT + 8 * NUMBER_BYTES
export const WORK_POINTS: usize = WORK_SCALAR + 6 * NUMBER_BYTES
export const WORK_SELECTED: usize = WORK_POINTS + 2 * ELEMENT_BYTES
export const WORK_DIGITS: usize = WORK_SELECTED + ELEMENT_BYTES
const WORK_END: usize = WORK_DIGITS + 80

/** For public values only, never zeroed: a table of eight and the digits of a scalar for each of 32 terms. */
export const PUBLIC_TABLES: usize = memory.data(36864, 16)
export const PUBLIC_DIGITS: usize = memory.data(8448, 16)

/** Zeroes the working memory. */
export function wipe(): void {
  memory.fill(WORK, 0, WORK_END - WORK)
}
