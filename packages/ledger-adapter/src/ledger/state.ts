import { pointsEvents } from '../points/events.ts'
import { applyPointsEvent, type PointsBalance, type PointsEvent, ZERO_BALANCE } from '../points/journal.ts'
import type { LedgerAnchor } from './anchor.ts'
import type { SignedEntry } from './entry.ts'
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

  constructor(anchor: LedgerAnchor, verifiers: LedgerVerifiers) {
    this.registry = new Registry(anchor)
    this.#verifiers = verifiers
  }

  /** The fold of the party's events; zero for a party without any. */
  balance(party: string): PointsBalance {
    return this.#balances.get(party) ?? ZERO_BALANCE
  }

  lastContributionAt(provider: string, recordClass: string): number | undefined {
    return this.#contributedAt.get(`${provider}/${recordClass}`)
  }

  /** @throws the errors of {@link Registry.check} and of `pointsEvents` */
  admit(signed: SignedEntry): AdmittedEntry {
    const entry = this.registry.check(signed, this.#verifiers)
    // The first entry that passes is the genesis entry.
    const genesis = entry.kind === 'genesis' ? entry.payload : (this.registry.genesis as GenesisPayload)
    return { entry, events: pointsEvents(genesis.pointsRules, this, entry) }
  }

  /** Takes in entry number `index`. */
  apply(admitted: AdmittedEntry, index: number): void {
    this.registry.apply(admitted.entry, index)
    const { entry } = admitted
    for (const event of admitted.events) {
      if (event.kind === 'contribution' && entry.kind === 'table') {
        this.#contributedAt.set(`${entry.author}/${entry.payload.class}`, event.at)
      }
      this.#balances.set(event.party, applyPointsEvent(this.balance(event.party), event))
    }
  }
}
