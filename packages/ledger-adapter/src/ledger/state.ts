import { fail } from '@mixun/core/errors'
import { closingBalance } from '../points/closing.ts'
import { pointsEvents } from '../points/events.ts'
import { periodNamed } from '../points/periods.ts'
import { applyPointsEvent, type PointsBalance, type PointsEvent, ZERO_BALANCE } from '../points/journal.ts'
import type { LedgerAnchor } from './anchor.ts'
import { entryCodec, type SignedEntry } from './entry.ts'
import type { InquiryRecords } from './inquiry-records.ts'
import type { GenesisPayload, TypedEntry } from './payloads.ts'
import { Registry } from './registry.ts'
import type { LedgerVerifiers } from './verifiers.ts'

/** An entry that may come next, with the points events it causes. */
export interface AdmittedEntry {
  readonly entry: TypedEntry
  readonly events: readonly PointsEvent[]
}

/** Registry and points after the entries so far. `admit` judges and changes nothing; `apply` takes an entry in. */
export class LedgerState {
  readonly registry: Registry
  readonly #verifiers: LedgerVerifiers
  readonly #balances = new Map<string, PointsBalance>()
  readonly #contributedAt = new Map<string, number>()

  constructor(anchor: LedgerAnchor, verifiers: LedgerVerifiers, records?: InquiryRecords) {
    this.registry = new Registry(anchor, records)
    this.#verifiers = verifiers
  }

  /** The fold of the party's events; zero for a party without any. */
  balance(party: string): PointsBalance {
    return this.#balances.get(party) ?? ZERO_BALANCE
  }

  /** When the provider was last credited for a class, Unix milliseconds. */
  lastContributionAt(provider: string, recordClass: string): number | undefined {
    return this.#contributedAt.get(`${provider}/${recordClass}`)
  }

  /** Every balance, by party. */
  get balances(): ReadonlyMap<string, PointsBalance> {
    return this.#balances
  }

  /**
   * @param bytes the entry's encoding, where the caller has it at hand
   * @throws the errors of {@link Registry.check} and of `pointsEvents`
   */
  admit(signed: SignedEntry, bytes: Uint8Array = entryCodec.encode(signed)): AdmittedEntry {
    const entry = this.registry.check(signed, this.#verifiers, bytes)
    // The first entry that passes is the genesis entry.
    const genesis = entry.kind === 'genesis' ? entry.payload : (this.registry.genesis as GenesisPayload)
    const events = pointsEvents(genesis.pointsRules, this, entry)
    if (entry.kind === 'points-closed') this.#checkTotal(entry.payload.total, events)
    return { entry, events }
  }

  /** What every firm holds after `events`, points reserved included: the balances of a closing. */
  closingBalances(events: readonly PointsEvent[] = []): Map<string, number> {
    const firms = this.registry.members().filter(member => member.role === 'firm')
    return new Map(
      firms.map(({ partyId }) => {
        const own = events.filter(event => event.party === partyId)
        return [partyId, closingBalance(own.reduce(applyPointsEvent, this.balance(partyId)))]
      }),
    )
  }

  /** Takes in entry number `index`. */
  apply(admitted: AdmittedEntry, index: number): void {
    this.replay(admitted, index)
    for (const event of admitted.events) this.replayEvent(event)
  }

  /** Takes in entry number `index` without its points. */
  replay({ entry, events }: AdmittedEntry, index: number): void {
    this.registry.apply(entry, index)
    if (entry.kind === 'points-closed') this.#forgetReports(entry.payload.period)
    for (const event of events) {
      if (event.kind === 'contribution' && (entry.kind === 'table' || entry.kind === 'table-attested')) {
        this.#contributedAt.set(`${entry.payload.provider}/${entry.payload.class}`, event.at)
      }
    }
  }

  /** Takes in one points event. @throws ERR_INPUT_RANGE when it does not fit the balance */
  replayEvent(event: PointsEvent): void {
    this.#balances.set(event.party, applyPointsEvent(this.balance(event.party), event))
  }

  #forgetReports(period: string): void {
    const { pointsRules } = this.registry.genesis as GenesisPayload
    this.registry.policy.reporting.forget(periodNamed(pointsRules.period, period).last)
  }

  #checkTotal(total: number, events: readonly PointsEvent[]): void {
    const sum = [...this.closingBalances(events).values()].reduce((a, b) => a + b, 0)
    if (sum !== total) fail('ERR_LEDGER_CLOSING', `expected a sum of ${sum} points, found ${total}`)
  }

  /** Starts from balances that were computed before. */
  restoreBalances(balances: Iterable<readonly [string, PointsBalance]>): void {
    for (const [party, balance] of balances) this.#balances.set(party, balance)
  }
}
