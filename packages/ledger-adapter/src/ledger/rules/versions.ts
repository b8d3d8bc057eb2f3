import { fail } from '@mixun/core/errors'

/** Versions of a rule count up without gaps, so that two changes at once do not pass for one. */
export function requireNextVersion(what: string, current: number, found: number): void {
  if (found !== current + 1) {
    fail('ERR_LEDGER_POLICY', `expected version ${current + 1} of the ${what}, found ${found}`)
  }
}
