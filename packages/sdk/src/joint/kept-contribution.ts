import { type JointContribution, jointInquirerRecordCodec, jointReceiptCodec } from '@mixun/ot/joint-query'
import type { JointContributionRecord } from '../store/joint-queries.ts'

/** What a session left, as the journal keeps it. */
export function contributionOf({
  value,
  signed,
  record,
}: Pick<JointContribution, 'value' | 'signed' | 'record'>): JointContributionRecord {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true)
  return { value: bytes, ...signed, record: jointInquirerRecordCodec.encode(record) }
}

/** {@link contributionOf} read back. @throws ERR_DECODE_… */
export function contributionFrom(provider: string, kept: JointContributionRecord): JointContribution {
  const { value, receipt, signature, record } = kept
  return {
    provider,
    value: new DataView(value.buffer, value.byteOffset, 8).getBigUint64(0, true),
    receipt: jointReceiptCodec.decode(receipt),
    signed: { receipt, signature },
    record: jointInquirerRecordCodec.decode(record),
  }
}
