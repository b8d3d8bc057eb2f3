import { toHex } from '@mixun/core/bytes'
import { MAX_ENTRIES, type RecordedIntent } from '@mixun/ledger-adapter/ledger'
import type { LedgerAccess } from './access.ts'

/** An inquiry on record, as far as this party can read it; never its subject or its answer. */
export interface InquiryLine {
  readonly index: number
  readonly intentId: string
  readonly inquirer: string
  /** Unix milliseconds, by the inquirer's clock. */
  readonly askedAt: number
  readonly purpose: string
  readonly classes: readonly string[]
  /** Tables that were asked. */
  readonly asked: readonly { readonly provider: string; readonly class: string; readonly epoch: number }[]
  /** Points. */
  readonly price: number
  /** T of the intent. */
  readonly element: string
  /** What it rests on; null where that is sealed to others. */
  readonly basis: InquiryBasis | null
  /** Index of its outcome; null without one, and where it is sealed to others. */
  readonly outcomeIndex: number | null
  /** Index of the withdrawal that ended it; null while it stands. */
  readonly endedIndex: number | null
}

/** The consent of an inquiry, and the proof that it asks about the consenting subject. This party's copy verified it. */
export interface InquiryBasis {
  readonly consentId: string
  /** T₀ of the consent; null when it was recorded before this party could read. */
  readonly commitment: string | null
  readonly documentDigest: string | null
  /** Proof of τ: that T is a multiple of T₀ which the inquirer knows. */
  readonly rerandomizationProof: string
}

/** What inquiries to list. */
export interface InquiriesOptions {
  /** Only those from this entry on; default 0. */
  readonly from?: number
  /** Only those of this firm. */
  readonly inquirer?: string | undefined
  /** Told of the entries that were looked at. */
  readonly onProgress?: (done: number, total: number) => void
}

/** The inquiries on the local copy of the ledger that this party can read, in its order: association and regulator see all. */
export async function listInquiries(
  access: LedgerAccess,
  { from = 0, inquirer, onProgress }: InquiriesOptions = {},
): Promise<InquiryLine[]> {
  const { registry } = access
  const { size } = await access.ledger.checkpoint()
  const lines: InquiryLine[] = []
  for (let next = from; next < size; ) {
    const page = await access.entries(next, Math.min(MAX_ENTRIES, size - next))
    if (page.length === 0) break
    next += page.length
    for (const { index, entry } of page) {
      const read = registry.read(entry, index)
      if (read.kind !== 'intent' || (inquirer !== undefined && read.author !== inquirer)) continue
      const recorded = registry.intent(read.payload.intentId)
      if (recorded !== undefined) lines.push(lineOf(access, recorded, read.createdAt))
    }
    onProgress?.(next, size)
  }
  return lines
}

function lineOf(
  { registry }: LedgerAccess,
  { intent, basis, index, outcomeIndex }: RecordedIntent,
  askedAt: number,
): InquiryLine {
  const consent = basis === null ? undefined : registry.consent(basis.consentId)?.consent
  return {
    index,
    intentId: toHex(intent.intentId),
    inquirer: intent.inquirer,
    askedAt,
    purpose: intent.purpose,
    classes: intent.classes,
    asked: intent.asked,
    price: intent.price,
    element: toHex(intent.element),
    basis:
      basis === null
        ? null
        : {
            consentId: toHex(basis.consentId),
            commitment: consent === undefined ? null : toHex(consent.commitment),
            documentDigest: consent === undefined ? null : toHex(consent.documentDigest),
            rerandomizationProof: toHex(basis.rerandomizationProof),
          },
    outcomeIndex,
    endedIndex: registry.intentEndedAt(intent.intentId) ?? null,
  }
}
