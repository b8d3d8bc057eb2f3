import type { Identity } from '@mixun/core/session'
import type { Suite } from '@mixun/core/suite'
import type { LedgerAnchor } from '../ledger/anchor.ts'
import type { IntentBasis } from '../ledger/intent-basis.ts'
import { signJointStatement } from '../ledger/joint-receipts.ts'
import { ledgerId } from '../ledger/ledger-id.ts'
import type {
  ConsentPayload,
  JointIntentPayload,
  JointOutcomePayload,
  JointTablePayload,
  Payloads,
} from '../ledger/payloads.ts'
import { BUILT_IN_JOINT_RULES, jointTableDigest } from '../policy/joint-queries.ts'
import { fakeKeyProof, fakeReceipt, fakeRerandomizationProof } from './fake-verifiers.ts'
import { TEST_NOW } from './test-now.ts'

/** What payloads about joint queries take from a test consortium. */
interface Source {
  readonly suite: Suite
  readonly anchor: LedgerAnchor
  readonly association: Identity
  identity(partyId: string): Identity
  bytes(length: number): Uint8Array
  element(): Uint8Array
  keepBasis(basis: IntentBasis): Uint8Array
}

/** Well-formed payloads about joint queries of a test consortium. */
export class TestJointQueries {
  readonly #consortium: Source

  constructor(consortium: Source) {
    this.#consortium = consortium
  }

  /** Version 1 of the joint table `overdue-fen`, unless the changes say otherwise. */
  table(provider: string, changes: Partial<Payloads['joint-table']> = {}): Payloads['joint-table'] {
    const publicKey = changes.publicKey ?? this.#consortium.element()
    return {
      provider,
      dataset: 'overdue-fen',
      version: 1,
      oprf: this.#consortium.suite.id === 'sm' ? 'oprf_SM2-SM3' : 'oprf_ristretto255-SHA512',
      parameters: 'jointtable_aes128_okvs-rb-w256-e10',
      publicKey,
      commitment: fakeKeyProof(publicKey),
      ...changes,
    }
  }

  /** A joint query of these tables, under the id of the entry that it goes into. */
  intent(
    consent: ConsentPayload,
    tables: readonly JointTablePayload[],
    changes: Partial<JointIntentPayload> = {},
  ): JointIntentPayload {
    const element = this.#consortium.element()
    const { consentId, commitment } = consent
    const proof = fakeRerandomizationProof(commitment, element)
    const basis = { salt: this.#consortium.bytes(32), consentId, rerandomizationProof: proof }
    const digest = this.#consortium.keepBasis(basis)
    const asked = tables.map(table => ({
      provider: table.provider,
      version: table.version,
      digest: jointTableDigest(this.#consortium.suite, table),
    }))
    return {
      intentId: this.#consortium.bytes(16),
      basis: digest,
      inquirer: consent.inquirer,
      element,
      purpose: consent.purpose,
      dataset: 'overdue-fen',
      output: 'overdueFen',
      threshold: null,
      noiseScale: null,
      tables: asked,
      replaces: null,
      seedCommitment: this.#consortium.bytes(32),
      expiresAt: TEST_NOW + 60_000,
      price: BUILT_IN_JOINT_RULES.pricePerFirm * tables.length,
      ...changes,
    }
  }

  /** The outcome of a joint query: opened by all its firms, or void by the refusal or the absence of one. */
  outcome(
    { intentId, tables }: JointIntentPayload,
    missing: {
      readonly provider: string
      readonly by: 'provider' | 'association'
      readonly at?: number
    } | null = null,
  ): JointOutcomePayload {
    const providers = tables.map(({ provider }) => provider)
    if (missing === null) {
      const ready = tables.map(({ provider, version }) => {
        const signed = fakeReceipt(this.#consortium.identity(provider), 'ready', intentId, String(version))
        return { provider, statement: signed.receipt, signature: signed.receiptSignature }
      })
      return { intentId, providers, ready, missing: null }
    }
    const { provider, by, at: statedAt = TEST_NOW + 600_000 } = missing
    const about = { ledger: ledgerId(this.#consortium.anchor), intentId, provider }
    const signed =
      by === 'provider'
        ? signJointStatement(this.#consortium.identity(provider).signingKey, 'refusal', {
            ...about,
            code: 'ERR_TABLE_UNAVAILABLE',
          })
        : signJointStatement(this.#consortium.association.signingKey, 'missing', { ...about, statedAt })
    return { intentId, providers, ready: [], missing: { provider, by, ...signed } }
  }
}
