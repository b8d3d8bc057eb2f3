import { toHex } from '@mixun/core/bytes'
import { type DefaultRecord, RECORD_CLASSES, type RecordClass, type Subject } from '@mixun/core/domain'
import type { ConsentId } from '../ids.ts'
import { answerFromJson } from './answer.ts'
import type { CheckParts } from './check-options.ts'
import { readRecords } from './read-reply.ts'
import type { Verdict } from './verdict.ts'

/** A consent that a subject gave to this firm. */
export interface ReportedConsent {
  readonly consentId: string
  readonly purpose: string
  readonly classes: readonly RecordClass[]
  /** Unix milliseconds. */
  readonly notBefore: number
  readonly notAfter: number
  readonly isWithdrawn: boolean
}

/** An inquiry that this firm made about a subject. */
export interface ReportedInquiry {
  readonly requestId: string
  readonly intentId: string
  readonly consentId: string
  /** Why: the purpose that the consent names. */
  readonly purpose: string
  /** Unix milliseconds. */
  readonly askedAt: number
  /** Who of the firm asked; null when it was not said. */
  readonly operator: string | null
  /** Null when there is no answer, or not any more. */
  readonly verdict: Verdict | null
  /** Digest of an answer that was purged. */
  readonly answerDigest: string | null
}

/** What this firm asked and published about one person: what it owes the person to say. The records print redacted. */
export interface SubjectReport {
  readonly consents: readonly ReportedConsent[]
  readonly inquiries: readonly ReportedInquiry[]
  readonly published: readonly DefaultRecord[]
}

/** Reads the report from the home's own stores; nobody is asked. */
export function subjectReport(parts: CheckParts, subject: Subject): SubjectReport {
  const { inquiries, consents, consortium, ownRecords } = parts
  const input = subject.encode()
  const receiptOf = (id: Uint8Array) => consents.find(toHex(id) as ConsentId).receipt
  return {
    consents: consents.idsOf(input).map(id => {
      const { purpose, classes, notBefore, notAfter } = receiptOf(id)
      const isWithdrawn = consortium.registry.consent(id)?.withdrawnIndex != null
      return { consentId: toHex(id), purpose, classes, notBefore, notAfter, isWithdrawn }
    }),
    inquiries: inquiries.inquiriesAbout(input).map(({ requestId, intentId, consentId, ...line }) => {
      const stored = inquiries.inquiryById(requestId)
      const isAnswered = stored?.answer != null && toHex(stored.intentId) === toHex(intentId)
      return {
        requestId,
        intentId: toHex(intentId),
        consentId: toHex(consentId),
        purpose: receiptOf(consentId).purpose,
        askedAt: line.askedAt,
        operator: line.operator,
        verdict: isAnswered ? answerFromJson(stored.answer as string).verdict : null,
        answerDigest: line.answerDigest === null ? null : toHex(line.answerDigest),
      }
    }),
    published: RECORD_CLASSES.flatMap(name => {
      const provider = consortium.home.identity.partyId
      return readRecords({ provider, class: name }, ownRecords.find(name, input))
    }),
  }
}
