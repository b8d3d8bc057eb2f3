import { Subject } from '@mixun/core/domain'

/** Investor number `i` of the tests: a valid resident identity number of a region that does not exist. */
export function investor(i: number): Subject {
  // First-generation numbers have no check character; parsing adds the right one.
  return Subject.parse('resident-id', `990528490101${String(i).padStart(3, '0')}`)
}
