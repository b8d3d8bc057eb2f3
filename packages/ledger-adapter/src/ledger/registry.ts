import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { Policy } from '../policy/policy.ts'
import type { LedgerAnchor } from './anchor.ts'
import type { SupersededCertificate } from './certificates.ts'
import { readEntry, type SignedEntry, verifyEncodedEntry } from './entry.ts'
import type { LedgerEntry } from './ledger-entry.ts'
import { type InquiryRecords, MemoryRecords } from './inquiry-records.ts'
import { PartyLogs } from './party-logs.ts'
import type { EntryOf, GenesisPayload, ListPayload, ReadableEntry, TablePayload } from './payloads.ts'
import type { KeyUse } from './payloads/member-key.ts'
import type {
  Member,
  RecordedClosing,
  RecordedPartyLog,
  RecordedConsent,
  RecordedIntent,
  RecordedPurchase,
  RecordedVersion,
  RegistryView,
} from './registry-view.ts'
import { RecordedMembers } from './recorded-members.ts'
import { RecordedTables } from './recorded-tables.ts'
import { checkRules } from './rules/rules.ts'
import { isSealedKind, requireWellSealed } from './seal-entry.ts'
import { type LedgerReader, type OpenedEntry, openUnderAny, type SealedEntry } from './sealed-entry.ts'
import type { LedgerVerifiers } from './verifiers.ts'

/**
 * What the entries so far add up to: members, tables, lists, consents, intents. A fold: `check` judges the next entry
 * without changing anything, `apply` takes it in. Every member that folds the same entries holds the same registry.
 */
export class Registry implements RegistryView {
  readonly anchor: LedgerAnchor
  readonly policy = new Policy()
  #genesis: GenesisPayload | null = null
  readonly #members = new RecordedMembers()
  readonly #tables = new RecordedTables()
  #lastClosing: RecordedClosing | null = null
  readonly #partyLogs = new PartyLogs()
  readonly #lists = new Map<string, ListPayload>()
  readonly #reader: LedgerReader | null
  /** An entry that comes in is opened once, though its author is asked for before its rules. */
  readonly #opened = new WeakMap<SealedEntry, OpenedEntry | null>()
  readonly #records: InquiryRecords

  /** @param reader who opens sealed entries; null for one who opens none */
  constructor(
    anchor: LedgerAnchor,
    reader: LedgerReader | null = null,
    records: InquiryRecords = new MemoryRecords(),
  ) {
    this.anchor = anchor
    this.#reader = reader
    this.#records = records
  }

  get genesis(): GenesisPayload | null {
    return this.#genesis
  }

  members(): Member[] {
    return this.#members.all()
  }

  member(partyId: string): Member | undefined {
    return this.#members.find(partyId)
  }

  signingKeyAt(partyId: string, index: number): Uint8Array | undefined {
    return this.#members.keys.signing.at(partyId, index)
  }

  signingKeysSince(partyId: string, from: number, to = Number.POSITIVE_INFINITY): Uint8Array[] {
    return this.#members.keys.signing.between(partyId, from, to)
  }

  encryptionKeyAt(partyId: string, index: number): Uint8Array | undefined {
    return this.#members.keys.sealing.at(partyId, index)
  }

  keyHolder(use: KeyUse, publicKey: Uint8Array): string | undefined {
    return this.#members.keys[use].holder(publicKey)
  }

  isCertificateRevoked(certificateDigest: Uint8Array): boolean {
    return this.#members.certificates.isRevoked(certificateDigest)
  }

  supersededCertificates(time: number): SupersededCertificate[] {
    return this.#members.certificates.superseded(time)
  }

  currentTables(): TablePayload[] {
    return this.#tables.allCurrent()
  }

  currentTable(provider: string, recordClass: string): TablePayload | undefined {
    return this.#tables.current(provider, recordClass)
  }

  table(provider: string, recordClass: string, epoch: number): TablePayload | undefined {
    return this.#tables.table(provider, recordClass, epoch)
  }

  tableVersion(
    provider: string,
    recordClass: string,
    epoch: number,
    version?: number,
  ): RecordedVersion | undefined {
    return this.#tables.version(provider, recordClass, epoch, version)
  }

  hasEvaluationKey(publicKey: Uint8Array): boolean {
    return this.#tables.hasEvaluationKey(publicKey)
  }

  isKeyDestroyed(provider: string, recordClass: string, epoch: number): boolean {
    return this.#tables.isKeyDestroyed(provider, recordClass, epoch)
  }

  isSampled(provider: string, recordClass: string, epoch: number): boolean {
    return this.#tables.isSampled(provider, recordClass, epoch)
  }

  attesters(provider: string, recordClass: string, epoch: number): ReadonlySet<string> {
    return this.#tables.attesters(provider, recordClass, epoch)
  }

  attestationsNeeded(provider: string): number {
    const wanted = this.#genesis?.pointsRules.attestations ?? 0
    const others = this.members().filter(
      ({ partyId, role, status }) => role === 'firm' && status === 'active' && partyId !== provider,
    )
    return Math.min(wanted, others.length)
  }

  get lastClosing(): RecordedClosing | null {
    return this.#lastClosing
  }

  partyLog(partyId: string): RecordedPartyLog | undefined {
    return this.#partyLogs.head(partyId)
  }

  currentList(provider: string): ListPayload | undefined {
    return this.#lists.get(provider)
  }

  consent(consentId: Uint8Array): RecordedConsent | undefined {
    return this.#records.consent(consentId)
  }

  intent(intentId: Uint8Array): RecordedIntent | undefined {
    return this.#records.intent(intentId)
  }

  intentsUnder(consentId: Uint8Array): RecordedIntent[] {
    return this.#records.intentsUnder(consentId)
  }

  purchase(intentId: Uint8Array): RecordedPurchase | undefined {
    return this.#records.purchase(intentId)
  }

  openPurchases(inquirer: string, at: number): number {
    return this.#records.openPurchases(inquirer, at)
  }

  intentEndedAt(intentId: Uint8Array): number | undefined {
    return this.#records.endedAt(intentId)
  }

  isExact(partyId: string): boolean {
    return partyId === this.#reader?.partyId || !this.#records.hasUnread()
  }

  /**
   * An entry that was judged before, as far as this party can read it.
   *
   * @param index of the entry, by which the key is known that it is sealed to; without it every key is tried
   * @throws ERR_DECODE_…, ERR_LEDGER_ENVELOPE
   */
  read(entry: LedgerEntry, index?: number): ReadableEntry {
    if (entry.kind !== 'sealed') return readEntry(entry)
    const opened = this.open(entry, index)
    return opened === null ? opaque(entry) : readEntry(opened.signed, opened.inner?.basis)
  }

  /**
   * Judges the next entry: payload, author, signature, the rules of its kind.
   *
   * @param bytes the entry's encoding, which the caller has at hand
   * @param verifiedKey the key under which the caller has verified the author's signature, if it has
   * @returns the entry, as far as this party can read it; one that is sealed to others cannot be judged
   * @throws ERR_DECODE_…, ERR_VERIFY_SIGNATURE, ERR_LEDGER_…, ERR_CONSENT_…, ERR_EPOCH_STALE and what the verifiers throw
   */
  check(
    entry: LedgerEntry,
    verifiers: LedgerVerifiers,
    bytes: Uint8Array,
    verifiedKey: Uint8Array | null = null,
  ): ReadableEntry {
    if (entry.kind === 'sealed') return this.#checkSealed(entry, verifiers)
    if (isSealedKind(entry.kind)) fail('ERR_LEDGER_UNSEALED', `expected a sealed entry, found ${entry.kind}`)
    const typed = readEntry(entry)
    const authorKey = this.#authorKey(entry)
    // The key may have changed since, by an entry right before this one.
    if (verifiedKey === null || compareBytes(verifiedKey, authorKey) !== 0) {
      verifyEncodedEntry(this.anchor, authorKey, entry, bytes)
    }
    checkRules(this, typed, verifiers)
    return typed
  }

  /** Takes in an entry that {@link Registry.check} passed, as entry number `index`. */
  apply(entry: ReadableEntry, index: number): void {
    if (entry.kind !== 'sealed') this.policy.apply(entry, index)
    switch (entry.kind) {
      case 'genesis':
        this.#genesis = entry.payload
        this.#members.found(entry.payload, index)
        break
      case 'member':
        this.#members.add(entry, index)
        break
      case 'member-key':
        this.#members.changeKey(entry, index)
        break
      case 'member-address':
        this.#members.changeAddress(entry)
        break
      case 'certificate-revoked':
        this.#members.certificates.revoke(entry.payload.certificateDigest)
        break
      case 'table':
        this.#tables.add(entry, index)
        break
      case 'key-destroyed':
        this.#tables.destroyKey(entry)
        break
      case 'leaf-sample':
        this.#tables.sample(entry)
        break
      case 'list':
        this.#lists.set(entry.payload.provider, entry.payload)
        break
      case 'consent':
        this.#records.addConsent(entry.payload, index)
        break
      case 'intent':
        this.#records.addIntent(entry.payload, entry.basis, index)
        if (entry.payload.isBought) this.#records.closePurchase(entry.payload.intentId, index)
        break
      case 'intent-bought':
        this.#records.addPurchase(entry.payload, entry.createdAt, index)
        break
      case 'intent-returned':
        this.#records.closePurchase(entry.payload.intentId, index)
        break
      case 'outcome':
        this.#records.setOutcome(entry.payload.intentId, index)
        break
      case 'consent-withdrawn':
        this.#applyWithdrawal(entry, index)
        break
      case 'sealed':
        this.#records.addUnread()
        this.#records.setEnded(entry.ends, index)
        break
      case 'table-attested':
        this.#tables.attest(entry)
        break
      case 'party-log-anchored':
      case 'party-log-reset':
        this.#partyLogs.apply(entry, index)
        break
      case 'points-closed':
        this.#lastClosing = { ...entry.payload, index }
        break
      case 'audit-rules':
      case 'audit-committed':
      case 'audit-sample':
      case 'audit-opened':
      case 'audit-failed':
      case 'ticket':
      case 'ticket-answered':
      case 'ticket-expired':
      case 'points-grant':
      case 'reporting-day':
      case 'joint-rules':
      case 'joint-table':
      case 'joint-intent':
      case 'joint-outcome':
        break
    }
  }

  /**
   * What a sealed entry holds for this party; null when it is sealed to others.
   *
   * @param index of the entry, by which the key is known that it is sealed to; without it every key is tried
   * @throws ERR_LEDGER_ENVELOPE
   */
  open(sealed: SealedEntry, index?: number): OpenedEntry | null {
    if (this.#reader === null) return null
    const known = this.#opened.get(sealed)
    if (known !== undefined) return known
    const [from, to] = index === undefined ? [0, Number.POSITIVE_INFINITY] : [index, index]
    const keys = this.#members.keys.sealing.between(this.#reader.partyId, from, to)
    const opened = openUnderAny(this.anchor, this.#reader, keys, sealed)
    this.#opened.set(sealed, opened)
    return opened
  }

  #checkSealed(sealed: SealedEntry, verifiers: LedgerVerifiers): ReadableEntry {
    const reader = this.#reader
    const opened = this.open(sealed, Number.POSITIVE_INFINITY)
    if (reader === null || opened === null) {
      // Else the association would sequence what it cannot judge, or keep from a regulator what it lets pass.
      if (reader !== null && this.#readsAll(reader.partyId)) {
        fail('ERR_LEDGER_ENVELOPE', `expected an entry that is sealed to ${reader.partyId}`)
      }
      return opaque(sealed)
    }
    const { signed, bytes, inner } = opened
    if (!isSealedKind(signed.kind)) fail('ERR_LEDGER_ENVELOPE', `expected ${signed.kind} in the clear`)
    const typed = readEntry(signed, inner?.basis)
    verifyEncodedEntry(this.anchor, this.#authorKey(signed), signed, bytes)
    checkRules(this, typed, verifiers)
    requireWellSealed(this, reader.partyId, sealed, typed, opened)
    return typed
  }

  /** Whether every entry of today is sealed to this party. */
  #readsAll(partyId: string): boolean {
    if (partyId === this.anchor.association.partyId) return true
    const member = this.#members.find(partyId)
    return member?.role === 'regulator' && member.status === 'active'
  }

  #applyWithdrawal({ payload: { consentId, intents } }: EntryOf<'consent-withdrawn'>, index: number): void {
    // Those that end what the first left over change nothing of when it was withdrawn.
    if (this.consent(consentId)?.withdrawnIndex == null) this.#records.setWithdrawn(consentId, index)
    this.#records.setEnded(intents, index)
  }

  #authorKey(entry: SignedEntry): Uint8Array {
    if (this.#genesis === null) return this.anchor.association.publicKey
    const author = this.#members.find(entry.author)
    if (author?.status !== 'active') {
      return fail('ERR_LEDGER_AUTHOR', `${entry.author} is not an active member`)
    }
    return author.signingKey
  }
}

function opaque({ id, kind, ends }: SealedEntry): ReadableEntry {
  return { id, kind, ends }
}
