import { pointsEvents } from '../points/events.ts'
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
    signed: SignedEntry,
    bytes: Uint8Array = entryCodec.encode(signed),
    verifiedKey: Uint8Array | null = null,
  ): AdmittedEntry {
    const entry = this.registry.check(signed, this.#verifiers, bytes, verifiedKey)
    // The first entry that passes is the genesis entry.
    const genesis = entry.kind === 'genesis' ? entry.payload : (this.registry.genesis as GenesisPayload)
    return { entry, events: pointsEvents(genesis.pointsRules, this, entry) }
  }

  /** Takes in entry number `index`. */
  apply(admitted: AdmittedEntry, index: number): void {
    this.replay(admitted, index)
    for (const event of admitted.events) this.replayEvent(event)
  }

  /** Takes in entry number `index` without its points. */
  replay({ entry, events }: AdmittedEntry, index: number): void {
    this.registry.apply(entry, index)
    for (const event of events) {
      if (event.kind === 'contribution' && entry.kind === 'table') {
        this.#contributedAt.set(`${entry.author}/${entry.payload.class}`, event.at)
      }
    }
  }

  /** Takes in one points event. @throws ERR_INPUT_RANGE when it does not fit the balance */
  replayEvent(event: PointsEvent): void {
    this.#balances.set(event.party, applyPointsEvent(this.balance(event.party), event))
  }

  /** Starts from balances that were computed before. */
  restoreBalances(balances: Iterable<readonly [string, PointsBalance]>): void {
    for (const [party, balance] of balances) this.#balances.set(party, balance)
  }
}
