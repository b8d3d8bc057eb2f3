import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { Policy } from '../policy/policy.ts'
import type { LedgerAnchor } from './anchor.ts'
import { readEntry, type SignedEntry, verifyEntry } from './entry.ts'
import type { GenesisPayload, ListPayload, TablePayload, TypedEntry } from './payloads.ts'
import type { Member, RecordedConsent, RecordedIntent, RegistryView } from './registry-view.ts'
import { checkRules } from './rules/rules.ts'
import type { LedgerVerifiers } from './verifiers.ts'

/**
 * What the entries so far add up to: members, tables, lists, consents, intents. A fold: `check` judges the next entry
 * without changing anything, `apply` takes it in. Every member that folds the same entries holds the same registry.
 */
export class Registry implements RegistryView {
  readonly anchor: LedgerAnchor
  readonly policy = new Policy()
  #genesis: GenesisPayload | null = null
  readonly #members = new Map<string, Member>()
  readonly #tables = new Map<string, TablePayload>()
  readonly #tableIndexes = new Map<string, number>()
  readonly #currentTables = new Map<string, TablePayload>()
  readonly #evaluationKeys = new Set<string>()
  readonly #lists = new Map<string, ListPayload>()
  readonly #consents = new Map<string, RecordedConsent>()
  readonly #intents = new Map<string, RecordedIntent>()

  constructor(anchor: LedgerAnchor) {
    this.anchor = anchor
  }

  get genesis(): GenesisPayload | null {
    return this.#genesis
  }

  members(): Member[] {
    return [...this.#members.values()]
  }

  member(partyId: string): Member | undefined {
    return this.#members.get(partyId)
  }

  currentTables(): TablePayload[] {
    return [...this.#currentTables.values()]
  }

  currentTable(provider: string, recordClass: string): TablePayload | undefined {
    return this.#currentTables.get(`${provider}/${recordClass}`)
  }

  table(provider: string, recordClass: string, epoch: number): TablePayload | undefined {
    return this.#tables.get(`${provider}/${recordClass}/${epoch}`)
  }

  /** Index of the entry that commits to a table. */
  tableIndex(provider: string, recordClass: string, epoch: number): number | undefined {
    return this.#tableIndexes.get(`${provider}/${recordClass}/${epoch}`)
  }

  hasEvaluationKey(publicKey: Uint8Array): boolean {
    return this.#evaluationKeys.has(toHex(publicKey))
  }

  currentList(provider: string): ListPayload | undefined {
    return this.#lists.get(provider)
  }

  consent(consentId: Uint8Array): RecordedConsent | undefined {
    return this.#consents.get(toHex(consentId))
  }

  intent(intentId: Uint8Array): RecordedIntent | undefined {
    return this.#intents.get(toHex(intentId))
  }

  /**
   * Judges the next entry: payload, author, signature, the rules of its kind.
   *
   * @returns the entry with its payload decoded
   * @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE, ERR_LEDGER_…, ERR_CONSENT_…, ERR_EPOCH_STALE and what the verifiers throw
   */
  check(entry: SignedEntry, verifiers: LedgerVerifiers): TypedEntry {
    const typed = readEntry(entry)
    verifyEntry(this.anchor, this.#authorKey(entry), entry)
    checkRules(this, typed, verifiers)
    return typed
  }

  /** Takes in an entry that {@link Registry.check} passed, as entry number `index`. */
  apply(entry: TypedEntry, index: number): void {
    this.policy.apply(entry)
    switch (entry.kind) {
      case 'genesis':
        this.#applyGenesis(entry.payload)
        break
      case 'member':
        this.#members.set(entry.payload.partyId, entry.payload)
        break
      case 'member-address': {
        const member = this.#members.get(entry.author) as Member
        this.#members.set(entry.author, { ...member, address: entry.payload.address })
        break
      }
      case 'table': {
        const { provider, class: recordClass, epoch, publicKey } = entry.payload
        this.#evaluationKeys.add(toHex(publicKey))
        this.#tables.set(`${provider}/${recordClass}/${epoch}`, entry.payload)
        this.#tableIndexes.set(`${provider}/${recordClass}/${epoch}`, index)
        this.#currentTables.set(`${provider}/${recordClass}`, entry.payload)
        break
      }
      case 'list':
        this.#lists.set(entry.payload.provider, entry.payload)
        break
      case 'consent':
        this.#consents.set(toHex(entry.payload.consentId), {
          consent: entry.payload,
          index,
          uses: 0,
          withdrawnIndex: null,
        })
        break
      case 'intent': {
        const consentKey = toHex(entry.payload.consentId)
        const recorded = this.#consents.get(consentKey) as RecordedConsent
        this.#consents.set(consentKey, { ...recorded, uses: recorded.uses + 1 })
        this.#intents.set(toHex(entry.payload.intentId), { intent: entry.payload, index, outcomeIndex: null })
        break
      }
      case 'outcome': {
        const intentKey = toHex(entry.payload.intentId)
        const recorded = this.#intents.get(intentKey) as RecordedIntent
        this.#intents.set(intentKey, { ...recorded, outcomeIndex: index })
        break
      }
      case 'consent-withdrawn': {
        const consentKey = toHex(entry.payload.consentId)
        const recorded = this.#consents.get(consentKey) as RecordedConsent
        this.#consents.set(consentKey, { ...recorded, withdrawnIndex: index })
        break
      }
    }
  }

  #applyGenesis(genesis: GenesisPayload): void {
    this.#genesis = genesis
    this.#members.set(genesis.association, {
      partyId: genesis.association,
      name: genesis.consortium,
      role: 'association',
      signingKey: genesis.signingKey,
      certificateDigest: null,
      address: null,
      status: 'active',
    })
  }

  #authorKey(entry: SignedEntry): Uint8Array {
    if (this.#genesis === null) return this.anchor.association.publicKey
    const author = this.#members.get(entry.author)
    if (author?.status !== 'active') {
      return fail('ERR_LEDGER_AUTHOR', `${entry.author} is not an active member`)
    }
    return author.signingKey
  }
}
