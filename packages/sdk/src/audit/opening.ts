import { z } from 'zod'
import { compareBytes, fromHex, toHex } from '@mixun/core/bytes'
import { Redacted, Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { verifyInclusion } from '@mixun/core/merkle'
import type { SuiteId } from '@mixun/core/suite'
import {
  entryCodec,
  entryLeafHash,
  type InquiryOnRecord,
  inquiryOnRecord,
  type Ledger,
  type Registry,
} from '@mixun/ledger-adapter/ledger'
import { combineBlind, verifyFactor, verifyOpening } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import type { Consents } from '../consents/index.ts'
import { documentDigest } from '../consents/document-digest.ts'
import type { ConsentId, IntentId, RequestId } from '../ids.ts'
import type { InquiryStore } from '../store/inquiries.ts'

const hex = z.string().regex(/^([0-9a-f]{2})+$/)

/** Shape of {@link InquiryOpening} as JSON has it. */
export const inquiryOpeningSchema = z.strictObject({
  requestId: z.string(),
  intentId: hex,
  consentId: hex,
  idType: z.string(),
  idNumber: z.string(),
  /** s with T₀ = s·H(x). */
  opening: hex,
  /** Salt of the consent document's digest. */
  documentSalt: hex,
  /** τ with T = τ·T₀. */
  factor: hex,
  /** Of a joint query: the seed of its inquirer's randomness, and `jointSessionsDigest` of what its sessions left. */
  joint: z.strictObject({ seed: hex, sessions: hex }).nullable(),
})

/** The content of an opening, in the clear: it names the subject. For the auditor and nobody else. */
export type InquiryOpeningJson = z.infer<typeof inquiryOpeningSchema>

/**
 * One inquiry, opened to the auditor. With the consent document it shows that the recorded inquiry was about the person
 * who signed. It names the subject, and so prints redacted: {@link InquiryOpening.reveal} is what the auditor gets.
 */
export class InquiryOpening extends Redacted {
  readonly requestId: RequestId
  readonly intentId: IntentId
  readonly consentId: ConsentId
  readonly #content: InquiryOpeningJson
  readonly #sessions: Uint8Array

  /** @param sessions of a joint query, by `jointSessionsCodec`; empty for others */
  constructor(content: InquiryOpeningJson, sessions: Uint8Array = new Uint8Array(0)) {
    super('opening of an inquiry')
    this.requestId = content.requestId as RequestId
    this.intentId = content.intentId as IntentId
    this.consentId = content.consentId as ConsentId
    this.#content = content
    this.#sessions = sessions
  }

  /** Plain data in the clear, for the auditor. */
  reveal(): InquiryOpeningJson {
    return { ...this.#content }
  }

  /** What the sessions of a joint query left, encoded, for the auditor, who runs them again; empty for other inquiries. */
  revealSessions(): Uint8Array {
    return this.#sessions
  }
}

/**
 * @param id a request id, or the intent id by which the auditor names an entry of the ledger: also of an inquiry that
 * was cut off and asked anew
 * @throws ERR_INPUT_RANGE when this home made no inquiry under the id
 */
export function openInquiry(consents: Consents, inquiries: InquiryStore, id: string): InquiryOpening {
  const inquiry = findInquiry(inquiries, id)
  if (inquiry === undefined) return fail('ERR_INPUT_RANGE', 'this home made no inquiry under this id')
  const consentId = toHex(inquiry.secret.consentId)
  const consent = consents.find(consentId as ConsentId).reveal()
  return new InquiryOpening({
    requestId: inquiry.requestId,
    intentId: toHex(inquiry.intentId),
    consentId,
    idType: consent.idType,
    idNumber: consent.idNumber,
    opening: toHex(consent.opening),
    documentSalt: toHex(consent.documentSalt),
    factor: toHex(inquiry.secret.factor),
    joint: null,
  })
}

function findInquiry(inquiries: InquiryStore, id: string) {
  const byRequest = inquiries.inquiryById(id)
  if (byRequest !== undefined) return { ...byRequest, requestId: id }
  const intentId = /^[0-9a-f]{32}$/.test(id) ? fromHex(id) : undefined
  const byIntent = intentId && inquiries.inquiryByIntent(intentId)
  return byIntent && { ...byIntent, intentId }
}

/** What the auditor may rely on after {@link auditOpening}. */
export interface AuditedInquiry {
  readonly inquirer: string
  readonly purpose: string
  readonly classes: readonly string[]
  readonly asked: readonly string[]
  readonly recordedAtIndex: number
  readonly outcomeIndex: number | null
  readonly treeSize: number
}

/** Whom an intent was about, proven. */
export interface OpenedElement {
  readonly subject: Subject
  /** τ·s with T = τ·s·H(x), encoded. Secret. */
  readonly blind: Uint8Array
}

/** Checks that an intent's element T is of the subject of the opening. @throws ERR_VERIFY_COMMITMENT, ERR_DECODE_…, ERR_SUBJECT_… */
export function openElement(
  suite: SuiteId,
  { idType, idNumber, factor, opening }: InquiryOpeningJson,
  element: Uint8Array,
): OpenedElement {
  const oprf = oprfSuiteOf(suite)
  const subject = Subject.parse(idType, idNumber)
  const blind = combineBlind(oprf, fromHex(factor), fromHex(opening))
  verifyOpening(oprf, subject.encode(), blind, element)
  return { subject, blind }
}

/** The recorded inquiry of an opening, whose consent and document were checked: it takes one who reads consents. */
function requireConsented(
  opening: unknown,
  document: Uint8Array,
  registry: Registry,
): InquiryOnRecord & { readonly intentId: Uint8Array } {
  const parsed = inquiryOpeningSchema.safeParse(opening)
  if (!parsed.success) return fail('ERR_VERIFY_COMMITMENT', 'expected the opening of an inquiry')
  const claimed = parsed.data
  const intentId = fromHex(claimed.intentId)
  const recorded = inquiryOnRecord(registry, intentId)
  if (recorded === undefined) return fail('ERR_CONSENT_UNKNOWN', 'expected an intent that is on the ledger')
  const { element, consentId } = recorded
  const { suite } = registry.anchor
  const { subject } = openElement(suite.id, claimed, element)
  if (consentId === null)
    return fail('ERR_LEDGER_SEALED', 'expected an auditor who reads consents: the association')
  const consent = registry.consent(consentId)?.consent
  if (consent === undefined) return fail('ERR_CONSENT_UNKNOWN', 'expected a consent that is on the ledger')
  const digest = documentDigest(suite, fromHex(claimed.documentSalt), document)
  const isOfConsent = compareBytes(consentId, fromHex(claimed.consentId)) === 0
  const isOfKind = (claimed.joint === null) === (registry.policy.joint.intent(intentId) === undefined)
  if (!isOfKind || !isOfConsent || compareBytes(digest, consent.documentDigest) !== 0) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the consent, and its document, that the intent names')
  }
  const oprf = oprfSuiteOf(suite.id)
  verifyOpening(oprf, subject.encode(), fromHex(claimed.opening), consent.commitment)
  verifyFactor(oprf, consent.commitment, fromHex(claimed.factor), element)
  return { ...recorded, intentId }
}

/**
 * Checks an opening against the ledger: the consent's commitment opens to the subject, the intent's element follows
 * from it, the consent document has the recorded digest, and the intent is under the current checkpoint. The sessions of a
 * joint query are for `auditJointQuery` of `@mixun/sdk/joint`.
 *
 * @param opening an {@link InquiryOpening}, or its content as read from a file
 * @param document the consent document, as the inquirer hands it over
 * @throws ERR_VERIFY_COMMITMENT (the inquiry counts as forged), ERR_CONSENT_UNKNOWN, ERR_VERIFY_ROOT, ERR_LEDGER_SEALED
 */
export async function auditOpening(
  opening: unknown,
  document: Uint8Array,
  registry: Registry,
  ledger: Ledger,
): Promise<AuditedInquiry> {
  const { intentId, inquirer, purpose, index } = requireConsented(
    opening instanceof InquiryOpening ? opening.reveal() : opening,
    document,
    registry,
  )
  const { suite } = registry.anchor
  const checkpoint = await ledger.checkpoint()
  const [stored] = await ledger.entries(index, 1)
  if (stored === undefined) return fail('ERR_VERIFY_ROOT', 'expected the intent among the entries')
  const proof = await ledger.proveInclusion(index, checkpoint.size)
  const leaf = entryLeafHash(suite, entryCodec.encode(stored.entry))
  verifyInclusion(suite.hash, index, checkpoint.size, leaf, proof, checkpoint.root)
  const single = registry.intent(intentId)
  const joint = registry.policy.joint.intent(intentId)?.intent.tables ?? []
  return {
    inquirer,
    purpose,
    classes: single?.intent.classes ?? [],
    asked: [
      ...(single?.intent.asked.map(table => `${table.provider}/${table.class}/${table.epoch}`) ?? []),
      ...joint.map(table => `${table.provider}/joint/${table.version}`),
    ],
    recordedAtIndex: index,
    outcomeIndex: single?.outcomeIndex ?? null,
    treeSize: checkpoint.size,
  }
}
