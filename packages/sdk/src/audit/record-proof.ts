import { z } from 'zod'
import { compareBytes, fromHex } from '@mixun/core/bytes'
import { type DefaultRecord, Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { Registry } from '@mixun/ledger-adapter/ledger'
import { rowOpeningCodec, verifyRowOpening } from '@mixun/ot/row-opening'
import { rowEvidenceCodec } from '@mixun/ot/sealed-table'
import { readRecords } from '../check/read-reply.ts'
import { commitmentAt } from '../consortium/verifiers.ts'

const hex = z.string().regex(/^([0-9a-f]{2})+$/)

const schema = z.strictObject({
  party: z.string(),
  class: z.string(),
  epoch: z.number().int(),
  version: z.number().int().min(0),
  root: hex,
  /** Encoded row evidence, as in the answer. */
  rows: z.array(hex),
  /** Encoded row opening (`rowOpeningCodec` of `@mixun/ot/row-opening`). */
  opening: hex,
})

/** What one provider's committed table holds about one person, provable to anybody. It names the person. */
export type RecordProof = z.infer<typeof schema>

/** What a {@link RecordProof} proves. */
export interface ProvenRecords {
  readonly provider: string
  readonly class: string
  /** Of the committed table. */
  readonly epoch: number
  /** Of the table within its epoch. */
  readonly version: number
  /** When the provider committed to it, Unix milliseconds by its clock; what was true then may not be now. */
  readonly committedAt: number
  /** Prints redacted. */
  readonly subject: Subject
  /** Empty when the table holds nothing; they print redacted. */
  readonly records: readonly DefaultRecord[]
}

/**
 * Checks with the ledger alone that a provider committed to these records of this person 真实性验证: the rows are under the
 * root on record, tags and keys follow from an evaluation proven under the committed key, the content decrypts.
 *
 * @throws ERR_VERIFY_COMMITMENT, ERR_DECODE_… and ERR_SUBJECT_… when it is no such proof, ERR_VERIFY_ROOT, ERR_VERIFY_DLEQ,
 * ERR_VERIFY_ROW; ERR_VERIFY_OPEN, and no other code, convicts the provider: the rest is in the hands of who shows it
 */
export function verifyRecordProof(proof: unknown, registry: Registry): ProvenRecords {
  const parsed = schema.safeParse(proof)
  if (!parsed.success) return fail('ERR_VERIFY_COMMITMENT', 'expected the proof of a record')
  const { party, class: className, epoch, version, root, rows, opening } = parsed.data
  const { suite } = registry.anchor
  const table = registry.table(party, className, epoch)
  const recorded = registry.tableVersion(party, className, epoch, version)
  if (table === undefined || recorded === undefined || compareBytes(recorded.root, fromHex(root)) !== 0) {
    return fail('ERR_VERIFY_ROOT', `expected the committed table of ${party}, class ${className}`)
  }
  const opened = rowOpeningCodec.decode(fromHex(opening))
  const evidence = rows.map(row => rowEvidenceCodec.decode(fromHex(row)))
  const payloads = verifyRowOpening(suite, commitmentAt(table, recorded), opened, evidence)
  const subject = Subject.decode(opened.input)
  const { createdAt: committedAt } = recorded
  const records = readRecords(table, payloads)
  return { provider: party, class: className, epoch, version, committedAt, subject, records }
}
