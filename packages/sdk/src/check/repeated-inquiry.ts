import { fail } from '@mixun/core/errors'
import type { InquiryStore } from '../store/inquiries.ts'
import { answerFromJson } from './answer.ts'

/** How long after an inquiry whose rows did not open the person is not asked about anew, in milliseconds: a day. */
const REPEAT_AFTER_MS = 86_400_000

/**
 * A provider that planted a row that does not open would tell by a second inquiry right after the first that the row was
 * hit: it is told nothing more than by an inquiry that found nothing.
 *
 * @param subject the encoding of the person. Secret
 * @throws ERR_INQUIRY_REPEATED
 */
export function requireNoTell(inquiries: InquiryStore, subject: Uint8Array, now: number): void {
  for (const { requestId, intentId, askedAt } of inquiries.inquiriesAbout(subject)) {
    if (askedAt <= now - REPEAT_AFTER_MS) continue
    const stored = inquiries.inquiryById(requestId)
    const isAnswered = stored?.answer != null && Buffer.compare(stored.intentId, intentId) === 0
    const missing = isAnswered ? answerFromJson(stored.answer as string).missing : []
    if (missing.some(({ code }) => code === 'ERR_VERIFY_OPEN')) {
      fail(
        'ERR_INQUIRY_REPEATED',
        'rows about this person did not open today: asking again would tell who it is',
      )
    }
  }
}
