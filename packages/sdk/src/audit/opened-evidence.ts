import { z } from 'zod'
import { fromHex, toHex, wipe } from '@mixun/core/bytes'
import { type DefaultRecord, Redacted, type Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { Ledger, Registry } from '@mixun/ledger-adapter/ledger'
import { evaluationReceiptCodec, evaluationTranscriptCodec, openTranscript } from '@mixun/ot/keyword-ot'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { openProvenRows, rowEvidenceCodec } from '@mixun/ot/sealed-table'
import { answerFromJson, inquiryEvidenceSchema, type PartyEvidence } from '../check/answer.ts'
import { readRecords } from '../check/read-reply.ts'
import type { Consents } from '../consents/index.ts'
import { commitmentAt } from '../consortium/verifiers.ts'
import type { InquiryStore } from '../store/inquiries.ts'
import { inquiryOpeningSchema, openElement, openInquiry } from './opening.ts'
import { type VerifiedEvidence, verifyEvidence } from './verify-evidence.ts'

const schema = z.strictObject({
  evidence: inquiryEvidenceSchema,
  opening: inquiryOpeningSchema,
  /** Encoded transcript of each evaluation (`evaluationTranscriptCodec` of `@mixun/ot/keyword-ot`). */
  transcripts: z.array(
    z.strictObject({
      party: z.string(),
      class: z.string(),
      transcript: z.string().regex(/^([0-9a-f]{2})+$/),
    }),
  ),
})

/** The content of opened evidence, in the clear: it names the subject. */
export type OpenedEvidenceJson = z.infer<typeof schema>

/**
 * Evidence that its rows, and its gaps, are those of one person: for an auditor or a court, given by the firm on purpose.
 * It names the subject and opens the subject's rows; whoever has it can read them in the tables of these epochs. It
 * prints redacted.
 */
export class OpenedEvidence extends Redacted {
  readonly #content: OpenedEvidenceJson

  constructor(content: OpenedEvidenceJson) {
    super('opened evidence')
    this.#content = content
  }

  /** Plain data in the clear, for the auditor or the court. */
  reveal(): OpenedEvidenceJson {
    return { ...this.#content }
  }
}

/**
 * Puts together what this home kept of an answered inquiry.
 *
 * @throws ERR_INPUT_RANGE when there is no answered inquiry under the id
 */
export function openEvidence(consents: Consents, inquiries: InquiryStore, requestId: string): OpenedEvidence {
  const inquiry = inquiries.inquiryById(requestId)
  if (inquiry?.answer == null) return fail('ERR_INPUT_RANGE', 'this home has no answer under this id')
  const { evidence } = answerFromJson(inquiry.answer)
  const transcripts = inquiries.evaluations(inquiry.intentId).map(each => ({
    party: each.provider,
    class: each.class,
    transcript: toHex(evaluationTranscriptCodec.encode(each.transcript)),
  }))
  const opening = openInquiry(consents, inquiries, requestId).reveal()
  return new OpenedEvidence({ evidence, opening, transcripts })
}

/** What opened evidence proves. */
export interface ProvenAnswer extends VerifiedEvidence {
  /** Prints redacted. */
  readonly subject: Subject
  /** The subject's records at all providers that are shown; they print redacted. */
  readonly records: readonly DefaultRecord[]
}

/**
 * Checks {@link OpenedEvidence}, or its content as read from a file, with the ledger alone: the evidence as {@link verifyEvidence} does, the subject against the
 * consent, each evaluation against receipt and committed key, and each row and "none" against the output that follows.
 *
 * @throws the errors of {@link verifyEvidence}; ERR_VERIFY_COMMITMENT, ERR_VERIFY_DLEQ, ERR_VERIFY_ROW: not this
 * subject's; ERR_DECODE_…: no evidence; ERR_VERIFY_OPEN, and no other code: the provider's rows do not hold what they may,
 * which convicts it
 */
export async function verifyOpenedEvidence(
  opened: unknown,
  registry: Registry,
  ledger: Ledger,
): Promise<ProvenAnswer> {
  const parsed = schema.safeParse(opened instanceof OpenedEvidence ? opened.reveal() : opened)
  if (!parsed.success) return fail('ERR_VERIFY_COMMITMENT', 'expected opened evidence')
  const { evidence, opening, transcripts } = parsed.data
  const verified = await verifyEvidence(evidence, registry, ledger)
  if (opening.intentId !== evidence.intentId) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the opening of the intent that the evidence names')
  }
  // From the evidence, which opens it: the verifier need not be a reader of the intent.
  const { element } = verified.intent
  const { subject, blind } = openElement(registry.anchor.suite.id, opening, element)
  const input = subject.encode()
  const records = evidence.parties.flatMap(party => {
    const kept = transcripts.find(each => each.party === party.party && each.class === party.class)
    if (kept === undefined) {
      return fail(
        'ERR_EVIDENCE_INCOMPLETE',
        `expected the evaluation of ${party.party}, class ${party.class}`,
      )
    }
    return provenRecords(party, { element, input, blind, transcript: kept.transcript }, registry)
  })
  wipe(input, blind)
  return { ...verified, subject, records }
}

interface OpenedEvaluation {
  readonly element: Uint8Array
  readonly input: Uint8Array
  readonly blind: Uint8Array
  readonly transcript: string
}

function provenRecords(
  party: PartyEvidence,
  { element, input, blind, transcript }: OpenedEvaluation,
  registry: Registry,
): DefaultRecord[] {
  const { suite } = registry.anchor
  const table = registry.table(party.party, party.class, party.epoch)
  const version = registry.tableVersion(party.party, party.class, party.epoch, party.version)
  if (table === undefined || version === undefined) {
    return fail('ERR_VERIFY_ROOT', `expected the committed table of ${party.party}, class ${party.class}`)
  }
  const context = {
    suite,
    oprf: oprfSuiteOf(suite.id),
    publicKey: table.publicKey,
    element,
    receipt: evaluationReceiptCodec.decode(fromHex(party.receipt)),
  }
  const decoded = evaluationTranscriptCodec.decode(fromHex(transcript))
  const output = openTranscript(context, decoded, input, blind)
  const rows = party.rows.map(row => rowEvidenceCodec.decode(fromHex(row)))
  const payloads = openProvenRows(suite, commitmentAt(table, version), output, rows)
  wipe(output)
  return readRecords(table, payloads)
}
