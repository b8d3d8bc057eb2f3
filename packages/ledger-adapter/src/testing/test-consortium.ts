import { toHex } from '@mixun/core/bytes'
import type { RandomSource } from '@mixun/core/random'
import type { Identity } from '@mixun/core/session'
import { intl, type Suite } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import type { VerifierKey } from '../checkpoint/verifier-key.ts'
import type { LedgerAnchor } from '../ledger/anchor.ts'
import { readEntry, type SignedEntry, signEntry } from '../ledger/entry.ts'
import { basisDigest, type IntentBasis } from '../ledger/intent-basis.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'
import { elementBytesOf, type TableName } from '../ledger/payloads/fields.ts'
import type { OutcomeResult } from '../ledger/payloads/inquiries.ts'
import type { KeyUse } from '../ledger/payloads/member-key.ts'
import { proveSigningKey } from '../ledger/rules/member-key.ts'
import type {
  ConsentPayload,
  EntryKind,
  IntentBoughtPayload,
  IntentPayload,
  JointIntentPayload,
  OutcomePayload,
  Payloads,
} from '../ledger/payloads.ts'
import { isSealedKind, type MembersView, sealEntry } from '../ledger/seal-entry.ts'
import type { LedgerReader } from '../ledger/sealed-entry.ts'
import type { LedgerVerifiers } from '../ledger/verifiers.ts'
import { queryPrice } from '../points/rules.ts'
import { fakeKeyProof, fakeReceipt, fakeRerandomizationProof, fakeVerifiersOf } from './fake-verifiers.ts'
import { TestJointQueries } from './test-joint-queries.ts'
import { TestKeys } from './test-keys.ts'
import { TEST_NOW } from './test-now.ts'
import { TEST_RULES } from './test-rules.ts'

export { TEST_NOW, TEST_RULES }

/** All that jia asks for class B after the opening. */
export const JIA_ASKS: TableName[] = [
  { provider: 'bing', class: 'B', epoch: 1 },
  { provider: 'yi', class: 'B', epoch: 1 },
]

/** Origin of the ledger of {@link TestConsortium}. */
export const TEST_ORIGIN = 'ledger.example/mixun'

const DAY_MS = 86_400_000

/**
 * An association `xiehui` and firms with keys, and well-formed payloads for them. Reproducible: the same calls make
 * the same bytes, but for the signatures of suite `sm`, which are randomised. Its proofs are those of `fakeVerifiers`.
 */
export class TestConsortium {
  readonly anchor: LedgerAnchor
  readonly now = (): number => TEST_NOW
  readonly suite: Suite
  /** They check the fakes of this consortium's proofs. */
  readonly verifiers: LedgerVerifiers
  readonly #random: RandomSource
  readonly #keys: TestKeys
  readonly #firms: readonly string[]
  readonly #authors = new Map<string, string>()
  readonly joint = new TestJointQueries(this)
  readonly #bases = new Map<string, IntentBasis>()

  /** @param seed of ids, roots and elements; the keys are always the same */
  constructor(
    firms: readonly string[] = ['bing', 'jia', 'yi'],
    seed = 'test consortium',
    suite: Suite = intl,
  ) {
    this.suite = suite
    this.verifiers = fakeVerifiersOf(suite)
    this.#random = seededRandom(seed)
    this.#keys = new TestKeys(suite, ['xiehui', ...firms])
    this.#firms = firms
    const { partyId, signingKey } = this.association
    const association = { partyId, publicKey: signingKey.publicKey }
    this.anchor = { origin: TEST_ORIGIN, suite, association }
  }

  get association(): Identity {
    return this.identity('xiehui')
  }

  /** Under which the ledger's checkpoints verify. */
  get verifierKey(): VerifierKey {
    return { name: TEST_ORIGIN, suite: this.suite, publicKey: this.anchor.association.publicKey }
  }

  /** Whoever is named has a key; a name that begins with `regulator` is a regulator's, once there is one. */
  get #members(): MembersView {
    const member = (partyId: string) => ({ ...this.member(partyId), partyId })
    const all = this.#keys.parties()
    return { anchor: this.anchor, member, members: () => all.map(member) }
  }

  /** The identity of the association or of a firm. */
  identity(partyId: string): Identity {
    const identity = this.#keys.find(partyId)
    if (identity === undefined) throw new Error(`no party ${partyId}`)
    return identity
  }

  bytes(length: number): Uint8Array {
    return this.#random.bytes(length)
  }

  /** An entry in the clear. */
  sign<K extends EntryKind>(
    author: string,
    kind: K,
    payload: Payloads[K],
    createdAt = TEST_NOW,
  ): SignedEntry {
    // A joint query stands under the id of its entry.
    const own = kind === 'joint-intent' ? { id: (payload as JointIntentPayload).intentId } : {}
    const options = { ...own, random: this.#random, now: () => createdAt }
    const signed = signEntry(this.identity(author), this.anchor, kind, payload, options)
    this.#authors.set(toHex(signed.id), author)
    return signed
  }

  /** An entry as it goes on the ledger: {@link TestConsortium.sign}, sealed where it has to be. */
  entry<K extends EntryKind>(
    author: string,
    kind: K,
    payload: Payloads[K],
    createdAt = TEST_NOW,
  ): LedgerEntry {
    return this.seal(this.sign(author, kind, payload, createdAt))
  }

  /**
   * Seals an entry of a kind that is sealed; an intent with the basis that {@link TestConsortium.intent} made.
   *
   * @param absent parties that are no members yet
   */
  seal(entry: SignedEntry, absent: readonly string[] = []): LedgerEntry {
    if (!isSealedKind(entry.kind)) return entry
    const { kind, payload } = readEntry(entry)
    const basis = kind === 'intent' || kind === 'joint-intent' ? this.basisOf(payload) : undefined
    const members = () => this.#members.members().filter(({ partyId }) => !absent.includes(partyId))
    return sealEntry({ ...this.#members, members }, entry, { basis, random: this.#random })
  }

  /** What an intent of this consortium rests on. */
  basisOf({ basis }: Pick<IntentPayload, 'basis'>): IntentBasis | undefined {
    return this.#bases.get(toHex(basis))
  }

  /** Who signed an entry of this consortium. */
  authorOf({ id }: LedgerEntry): string {
    return this.#authors.get(toHex(id)) ?? 'nobody'
  }

  /** A party as a reader of sealed entries. */
  reader(partyId: string): LedgerReader {
    return this.#keys.reader(partyId)
  }

  /**
   * The entry by which a party changes a key, signed with the key that it has; what this consortium signs and seals
   * afterwards is under the new one.
   */
  rotate(partyId: string, use: KeyUse): SignedEntry {
    if (use === 'signing') {
      const signingKey = this.suite.generateSigningKey(this)
      const { publicKey } = signingKey
      const proof = proveSigningKey(this.anchor, signingKey, partyId)
      const entry = this.sign(partyId, 'member-key', { partyId, use, publicKey, proof })
      this.#keys.changeSigningKey(partyId, signingKey)
      return entry
    }
    const key = this.#keys.nextDecryptionKey(partyId)
    const proof = key.prove(partyId, this)
    const entry = this.sign(partyId, 'member-key', { partyId, use, publicKey: key.publicKey, proof })
    this.#keys.changeDecryptionKey(partyId)
    return entry
  }

  /** A consent of jia, for tests that need an entry of whatever kind. */
  anyEntry(): LedgerEntry {
    return this.entry('jia', 'consent', this.consent('jia'))
  }

  anyEntries(count: number): LedgerEntry[] {
    return Array.from({ length: count }, () => this.anyEntry())
  }

  /** Genesis, members, and one table of class B, epoch 1, 1,000 rows a firm. */
  opening(): SignedEntry[] {
    const firms = this.#firms
    return [
      this.sign('xiehui', 'genesis', this.genesis()),
      ...firms.map(firm => this.sign('xiehui', 'member', this.member(firm))),
      ...firms.map(firm => this.sign(firm, 'table', this.table(firm))),
    ]
  }

  genesis(): Payloads['genesis'] {
    const { partyId: association, signingKey } = this.association
    return {
      consortium: 'test',
      suite: this.suite.id,
      association,
      signingKey: signingKey.publicKey,
      ...this.#keys.sealingKey(association),
      pointsRules: TEST_RULES,
    }
  }

  member(partyId: string, changes: Partial<Payloads['member']> = {}): Payloads['member'] {
    return {
      partyId,
      name: `${partyId} securities`,
      role: partyId.startsWith('regulator') ? 'regulator' : 'firm',
      signingKey: (this.#keys.find(partyId) ?? this.association).signingKey.publicKey,
      ...this.#keys.sealingKey(partyId),
      certificateDigest: this.bytes(32),
      address: '127.0.0.1:7000',
      status: 'active',
      ...changes,
    }
  }

  table(provider: string, changes: Partial<Payloads['table']> = {}): Payloads['table'] {
    const publicKey = this.element()
    return {
      provider,
      class: 'B',
      epoch: 1,
      version: 0,
      baseRowCount: changes.rowCount ?? 1000,
      rowCount: 1000,
      root: this.bytes(32),
      publicKey,
      oprf: this.suite.id === 'sm' ? 'oprf_SM2-SM3' : 'oprf_ristretto255-SHA512',
      parameters: 'sealedtable_r256_c1',
      isDistributed: true,
      keyProof: fakeKeyProof(publicKey),
      commitment: this.bytes(200),
      ...changes,
    }
  }

  consent(inquirer: string, changes: Partial<ConsentPayload> = {}): ConsentPayload {
    return {
      consentId: this.bytes(16),
      inquirer,
      commitment: this.element(),
      classes: ['B'],
      datasets: [],
      purpose: 'credit-granting',
      documentDigest: this.bytes(32),
      notBefore: TEST_NOW - DAY_MS,
      notAfter: TEST_NOW + DAY_MS,
      maxUses: 10,
      ...changes,
    }
  }

  intent(
    consent: ConsentPayload,
    asked: TableName[],
    changes: Partial<IntentPayload> = {},
    rerandomizationProof?: Uint8Array,
  ): IntentPayload {
    const element = this.element()
    const { consentId, commitment } = consent
    const proof = rerandomizationProof ?? fakeRerandomizationProof(commitment, element)
    const basis = { salt: this.bytes(32), consentId, rerandomizationProof: proof }
    const digest = this.keepBasis(basis)
    return {
      intentId: this.bytes(16),
      basis: digest,
      inquirer: consent.inquirer,
      element,
      classes: consent.classes,
      asked,
      purpose: consent.purpose,
      expiresAt: TEST_NOW + 60_000,
      price: queryPrice(TEST_RULES, asked),
      isBought: false,
      versions: (changes.asked ?? asked).map(() => 0),
      ...changes,
    }
  }

  /** An intent of class B for an hour, bought in advance. */
  bought(
    inquirer: string,
    asked: TableName[],
    changes: Partial<IntentBoughtPayload> = {},
  ): IntentBoughtPayload {
    return {
      intentId: this.bytes(16),
      inquirer,
      classes: ['B'],
      asked,
      purpose: 'credit-granting',
      expiresAt: TEST_NOW + 3_600_000,
      price: queryPrice(TEST_RULES, asked),
      ...changes,
    }
  }

  /** One status an asked table; `refused` comes with a signed refusal, `refused-unsigned` without. */
  outcome(
    intent: IntentPayload,
    statuses: readonly (OutcomeResult['status'] | 'refused-unsigned')[],
  ): OutcomePayload {
    const results = intent.asked.map(({ provider, class: recordClass }, i): OutcomeResult => {
      const wanted = statuses[i] ?? 'failed'
      const table = { provider, class: recordClass }
      if (wanted === 'evaluated' || wanted === 'refused') {
        const receipt = fakeReceipt(this.identity(provider), wanted, intent.intentId, recordClass)
        return {
          ...table,
          status: wanted,
          code: wanted === 'refused' ? 'ERR_EPOCH_STALE' : null,
          ...receipt,
        }
      }
      const status = wanted === 'refused-unsigned' ? 'refused' : wanted
      return { ...table, status, code: 'ERR_CHANNEL_TIMEOUT', receipt: null, receiptSignature: null }
    })
    return { intentId: intent.intentId, results }
  }

  /** Remembers what an intent rests on, for its sealing. @returns what the intent says of it */
  keepBasis(basis: IntentBasis): Uint8Array {
    const digest = basisDigest(this.suite, basis)
    this.#bases.set(toHex(digest), basis)
    return digest
  }

  /** As long as an element of the suite's group; nobody here decodes it. */
  element(): Uint8Array {
    return this.bytes(elementBytesOf(this.suite.id))
  }
}
