import { fail } from '@mixun/core/errors'
import { closingBalance } from '../points/closing.ts'
import { pointsEvents } from '../points/events.ts'
import { periodNamed } from '../points/periods.ts'
import { applyPointsEvent, type PointsBalance, type PointsEvent, ZERO_BALANCE } from '../points/journal.ts'
import type { LedgerAnchor } from './anchor.ts'
import type { InquiryRecords } from './inquiry-records.ts'
import { entryCodec, type LedgerEntry } from './ledger-entry.ts'
import type { GenesisPayload, ReadableEntry, TypedEntry } from './payloads.ts'
import { Registry } from './registry.ts'
import type { LedgerReader } from './sealed-entry.ts'
import type { LedgerVerifiers } from './verifiers.ts'

/** An entry that may come next, with the points events it causes. */
export interface AdmittedEntry {
  /** As far as this party can read it. */
  readonly entry: ReadableEntry
  readonly events: readonly PointsEvent[]
}

/** Registry and points after the entries so far. `admit` judges and changes nothing; `apply` takes an entry in. */
export class LedgerState {
  readonly registry: Registry
  readonly #verifiers: LedgerVerifiers
  readonly #balances = new Map<string, PointsBalance>()
  readonly #contributedAt = new Map<string, number>()

  /** @param reader who opens sealed entries; null for one who opens none */
  constructor(
    anchor: LedgerAnchor,
    verifiers: LedgerVerifiers,
    reader: LedgerReader | null = null,
    records?: InquiryRecords,
  ) {
    this.registry = new Registry(anchor, reader, records)
    this.#verifiers = verifiers
  }

  /** The fold of the party's events that are known here; zero for a party without any. */
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
   * @param verifiedKey the key under which the caller has verified the author's signature, if it has
   * @throws the errors of {@link Registry.check} and of `pointsEvents`
   */
  admit(
    recorded: LedgerEntry,
    bytes: Uint8Array = entryCodec.encode(recorded),
    verifiedKey: Uint8Array | null = null,
  ): AdmittedEntry {
    const entry = this.registry.check(recorded, this.#verifiers, bytes, verifiedKey)
    return { entry, events: entry.kind === 'sealed' ? [] : this.#events(entry, recorded.kind === 'sealed') }
  }

  #events(entry: TypedEntry, isSealed: boolean): PointsEvent[] {
    // The first entry that passes is the genesis entry.
    const genesis = entry.kind === 'genesis' ? entry.payload : (this.registry.genesis as GenesisPayload)
    if (!isSealed || this.registry.isExact(entry.author)) {
      const events = pointsEvents(genesis.pointsRules, this, entry)
      if (entry.kind === 'points-closed') this.#checkTotal(entry.payload.total, events)
      return events
    }
    // What others reserve is seen in part here, and what they get back is not: the price is judged and nothing is kept.
    const balance = () => ({ ...ZERO_BALANCE, available: Number.MAX_SAFE_INTEGER })
    const { registry } = this
    if (entry.kind === 'intent' || entry.kind === 'intent-bought') {
      pointsEvents(genesis.pointsRules, { registry, balance, lastContributionAt: () => undefined }, entry)
    }
    return []
  }

  /** What every firm holds after `events`, points reserved included: the balances of a closing. For one who knows them all. */
  closingBalances(events: readonly PointsEvent[] = []): Map<string, number> {
    return new Map(
      this.#firms().map(partyId => {
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

  #firms(): string[] {
    const firms = this.registry.members().filter(member => member.role === 'firm')
    return firms.map(({ partyId }) => partyId)
  }

  /** Who does not know every balance leaves the sum to those who do; the rules hold it to the commitments. */
  #checkTotal(total: number, events: readonly PointsEvent[]): void {
    if (!this.#firms().every(party => this.registry.isExact(party))) return
    const sum = [...this.closingBalances(events).values()].reduce((a, b) => a + b, 0)
    if (sum !== total) fail('ERR_LEDGER_CLOSING', `expected a sum of ${sum} points, found ${total}`)
  }

  /** Starts from balances that were computed before. */
  restoreBalances(balances: Iterable<readonly [string, PointsBalance]>): void {
    for (const [party, balance] of balances) this.#balances.set(party, balance)
  }
}
