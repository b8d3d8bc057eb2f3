import { fail } from '@mixun/core/errors'
import type { Payloads } from '../ledger/payloads.ts'

type ParametersPayload = Payloads['parameters']

/** Which parameter sets the consortium uses when. A set that no entry names is enabled, as it is built in. */
export class ParameterSets {
  readonly #changes = new Map<string, ParametersPayload[]>()

  /** Every change so far, by parameter id, oldest entry first. */
  get changes(): ReadonlyMap<string, readonly ParametersPayload[]> {
    return this.#changes
  }

  /** Whether the set may be used at this time, Unix milliseconds. */
  isEnabled(parameters: string, at: number): boolean {
    const changes = this.#changes.get(parameters)
    if (changes === undefined) return true
    const due = changes.findLast(change => change.from <= at)
    // Before the first change it is what that change ends.
    return due === undefined ? changes[0]?.status === 'retired' : due.status === 'enabled'
  }

  /** @throws ERR_PARAMETER_RETIRED */
  requireEnabled(parameters: string, at: number): void {
    if (!this.isEnabled(parameters, at)) {
      fail('ERR_PARAMETER_RETIRED', `the consortium does not use ${parameters} at this time`, {
        details: { parameters },
      })
    }
  }

  take(change: ParametersPayload): void {
    const { parameters } = change
    this.#changes.set(parameters, [...(this.#changes.get(parameters) ?? []), change])
  }
}
