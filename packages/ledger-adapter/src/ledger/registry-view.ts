import type { LedgerAnchor } from './anchor.ts'
import type { SupersededCertificate } from './certificates.ts'
import type { KeyUse } from './payloads/member-key.ts'
import type { Audits } from '../policy/audits.ts'
import type { IntentBasis } from './intent-basis.ts'
import type { JointQueries } from '../policy/joint-queries.ts'
import type { Budgets } from '../policy/budgets.ts'
import type { KindCatalogue } from '../policy/kind-catalogue.ts'
import type { ParameterSets } from '../policy/parameter-sets.ts'
import type { Tickets } from '../policy/tickets.ts'
import type { Reporting } from '../policy/reporting.ts'
import type { SharingRules } from '../policy/sharing-rules.ts'
import type {
  CalendarPayload,
  ConsentPayload,
  GenesisPayload,
  IntentBoughtPayload,
  IntentPayload,
  ListPayload,
  MemberPayload,
  PointsClosedPayload,
  TablePayload,
} from './payloads.ts'

/** Rules of the consortium as its entries stand; the built-in ones before the first. */
export interface PolicyView {
  readonly sharing: SharingRules
  /** Null until there is one: nothing is late. */
  readonly calendar: CalendarPayload | null
  readonly kinds: KindCatalogue
  readonly budgets: Budgets
  readonly parameters: ParameterSets
  /** Which intents have to be opened to the association, and what it costs not to. */
  readonly audits: Audits
  /** Challenges and disputes, with their deadlines and answers. */
  readonly tickets: Tickets
  /** Who reported which working day of the open points period. */
  readonly reporting: Reporting
  /** Joint tables, joint queries and their ends. */
  readonly joint: JointQueries
}

/** A member as its latest entries say. The association has no certificate digest before its own member entry. */
export interface Member extends Omit<MemberPayload, 'certificateDigest'> {
  readonly certificateDigest: Uint8Array | null
}

/** A consent on record and how often it was used. */
export interface RecordedConsent {
  readonly consent: ConsentPayload
  /** Index of the consent entry. */
  readonly index: number
  readonly uses: number
  /** Index of the entry that withdrew it; null while it stands. */
  readonly withdrawnIndex: number | null
}

/** An intent on record. */
export interface RecordedIntent {
  readonly intent: IntentPayload
  /** Consent and proof; null where they are sealed to others. */
  readonly basis: IntentBasis | null
  /** Index of the intent entry. */
  readonly index: number
  /** Index of its outcome entry; null until there is one, and where it is sealed to others. */
  readonly outcomeIndex: number | null
}

/** An intent on record that was bought in advance. */
export interface RecordedPurchase {
  readonly bought: IntentBoughtPayload
  /** Unix milliseconds, by the buyer's clock. */
  readonly createdAt: number
  /** Index of the purchase. */
  readonly index: number
  /** Index of the entry that filled it in or gave it back; null while it is open. */
  readonly closedIndex: number | null
}

/** One version of a table, as its entry says; the rest is what all versions of the epoch have in common. */
export interface RecordedVersion {
  readonly version: number
  readonly rowCount: number
  readonly root: Uint8Array
  /** Index of the entry that commits to it. */
  readonly index: number
  /** Unix milliseconds, by the provider's clock. */
  readonly createdAt: number
}

/** A closing of a points period, and the index of its entry. */
export interface RecordedClosing extends PointsClosedPayload {
  readonly index: number
}

/** The newest head of a member's party log. */
export interface RecordedPartyLog {
  readonly size: number
  readonly root: Uint8Array
  /** Index of the entry. */
  readonly index: number
  /** Unix milliseconds, by the author's clock. */
  readonly anchoredAt: number
  /** Index of the entry by which the log began anew; null for one that was never lost. */
  readonly resetIndex: number | null
}

/** What the rules read of a registry. */
export interface RegistryView {
  readonly anchor: LedgerAnchor
  /** The genesis entry; null while the ledger is empty. */
  readonly genesis: GenesisPayload | null
  /** All members, suspended ones too, in the order of their admission. */
  members(): Member[]
  member(partyId: string): Member | undefined
  /** The signing key that a member had on record before entry number `index`: what that entry was judged with. */
  signingKeyAt(partyId: string, index: number): Uint8Array | undefined
  /**
   * Every signing key that a member had on record from entry number `from` on, newest first: what it signed at some time
   * since then. Up to before entry `to`, by default until now.
   */
  signingKeysSince(partyId: string, from: number, to?: number): Uint8Array[]
  /** The encryption key that a member had on record before entry number `index`. */
  encryptionKeyAt(partyId: string, index: number): Uint8Array | undefined
  /** Who has, or ever had, this key. */
  keyHolder(use: KeyUse, publicKey: Uint8Array): string | undefined
  /** Whether the association revoked the transport certificate with this fingerprint. */
  isCertificateRevoked(certificateDigest: Uint8Array): boolean
  /** Certificates in whose place another came before `time`, Unix milliseconds, and that are not revoked. */
  supersededCertificates(time: number): SupersededCertificate[]
  /** The latest table of every provider and class, also of suspended providers. */
  currentTables(): TablePayload[]
  currentTable(provider: string, recordClass: string): TablePayload | undefined
  /** The latest version of the table of an epoch. */
  table(provider: string, recordClass: string, epoch: number): TablePayload | undefined
  /** A version of the table of an epoch, the latest when none is named. */
  tableVersion(
    provider: string,
    recordClass: string,
    epoch: number,
    version?: number,
  ): RecordedVersion | undefined
  /** Whether the provider said that the key of this epoch exists no more. */
  isKeyDestroyed(provider: string, recordClass: string, epoch: number): boolean
  /** Whether the association put a sample of its leaves on record. */
  isSampled(provider: string, recordClass: string, epoch: number): boolean
  /** Whether any table so far has this evaluation key. */
  hasEvaluationKey(publicKey: Uint8Array): boolean
  /** Firms that attested the table of an epoch. */
  attesters(provider: string, recordClass: string, epoch: number): ReadonlySet<string>
  /** How many firms must attest a table of this provider before it counts: by the rules, or all others there are. */
  attestationsNeeded(provider: string): number
  /** The newest closing of a points period. */
  readonly lastClosing: RecordedClosing | null
  partyLog(partyId: string): RecordedPartyLog | undefined
  /** The latest public list of a provider. */
  currentList(provider: string): ListPayload | undefined
  consent(consentId: Uint8Array): RecordedConsent | undefined
  intent(intentId: Uint8Array): RecordedIntent | undefined
  /** The intents that name a consent, as far as this party sees it. */
  intentsUnder(consentId: Uint8Array): RecordedIntent[]
  /** The purchase of an intent that was bought in advance; undefined where it is sealed to others. */
  purchase(intentId: Uint8Array): RecordedPurchase | undefined
  /** How many intents a firm holds bought in advance that last beyond a time and are neither filled in nor given back. */
  openPurchases(inquirer: string, at: number): number
  /** Index of the entry that ended an intent before its time; undefined while it stands. */
  intentEndedAt(intentId: Uint8Array): number | undefined
  /**
   * Whether every entry about the inquiries of this party was readable here, so that its consents, points and budgets
   * are known: at the association all, at a firm its own.
   */
  isExact(partyId: string): boolean
  /** The consortium's rules that are data: sharing, reporting, budgets, parameter sets. */
  readonly policy: PolicyView
}
