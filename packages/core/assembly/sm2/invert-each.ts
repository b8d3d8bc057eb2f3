// Inverses of many field elements by one power (Montgomery's trick): three products each.
import { NUMBER_BYTES, numberCopy, numberSelect } from '../common/limbs'
import { ONE } from './constants'
import { fieldIsZero } from './field'
import { fieldMultiply } from './field-multiply'
import { fieldInvert } from './field-power'
import { ELEMENT_BYTES, WORK_RATIO } from './memory'
import { Z } from './point'

/** Elements that one call takes. */
export const MOST_INVERSES: usize = 64
/** Where their inverses are; zeroed by {@link wipeInverses}. */
export const INVERSES: usize = memory.data(3072, 16)

const PRODUCT: usize = WORK_RATIO
const REST: usize = PRODUCT + NUMBER_BYTES
const FACTOR: usize = REST + NUMBER_BYTES

/** INVERSES = 1/Z of `count` ≤ 64 consecutive elements, and 1 for the identity, whose Z is zero. */
export function invertEachZ(p: usize, count: usize): void {
  numberCopy(PRODUCT, ONE)
  for (let i: usize = 0; i < count; i++) {
    numberCopy(INVERSES + i * NUMBER_BYTES, PRODUCT)
    takeFactor(p + i * ELEMENT_BYTES)
    fieldMultiply(PRODUCT, PRODUCT, FACTOR)
  }
  fieldInvert(REST, PRODUCT)
  for (let i: usize = count; i-- > 0; ) {
    const inverse = INVERSES + i * NUMBER_BYTES
    fieldMultiply(inverse, inverse, REST)
    takeFactor(p + i * ELEMENT_BYTES)
    fieldMultiply(REST, REST, FACTOR)
  }
}

/** FACTOR = Z of p, or 1 where it is zero: one identity must not undo the others. */
function takeFactor(p: usize): void {
  numberCopy(FACTOR, p + Z)
  numberSelect(FACTOR, ONE, fieldIsZero(FACTOR))
}

export function wipeInverses(): void {
  memory.fill(INVERSES, 0, MOST_INVERSES * NUMBER_BYTES)
}
