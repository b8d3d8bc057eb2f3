import { concat, wipe } from '@mixun/core/bytes'
import { evaluateInputs, type OprfKeyPair, type OprfSuite } from '../oprf/index.ts'
import { rowKey, rowTag, subjectKey } from './key-schedule.ts'
import { joinRow, type RowContext, type SealedRow, sealRow } from './row.ts'

/** What rows of one version of a table are sealed under. */
export interface SealingContext extends RowContext {
  readonly oprf: OprfSuite
  readonly key: OprfKeyPair
  /** The version of the root that the rows are for. */
  readonly version: number
}

/** A subject or a dummy with the randomness of its rows. Input and payloads are secret. */
export interface SubjectToSeal {
  readonly input: Uint8Array
  readonly rows: readonly {
    readonly payload: Uint8Array
    /** σ, 16 fresh bytes. */
    readonly salt: Uint8Array
  }[]
}

/** The rows of these subjects, whole and one after the other. The evaluations share their kernel calls. */
export function sealRows(context: SealingContext, subjects: readonly SubjectToSeal[]): Uint8Array {
  const prks = inputKeys(
    context,
    subjects.map(({ input }) => input),
  )
  const rows = subjects.flatMap((subject, n) =>
    subject.rows.map(({ payload, salt }, i) =>
      joinRow(sealInputRow(context, prks[n] as Uint8Array, i, payload, salt)),
    ),
  )
  wipe(...prks)
  return concat(...rows)
}

/** The PRF keys of the rows of these inputs. Secret; wiped by the caller. */
export function inputKeys(context: SealingContext, inputs: readonly Uint8Array[]): Uint8Array[] {
  const { suite, scope, oprf, key } = context
  const outputs = evaluateInputs(oprf, 'voprf', key.secretKey, inputs, key)
  const prks = outputs.map(output => subjectKey(suite, scope, output))
  wipe(...outputs)
  return prks
}

/** Row number `row` of the input that `prk` belongs to, under a fresh salt. */
export function sealInputRow(
  context: SealingContext,
  prk: Uint8Array,
  row: number,
  payload: Uint8Array,
  salt: Uint8Array,
): SealedRow {
  const { suite, version } = context
  const encryptionKey = rowKey(suite, prk, row, salt)
  const sealed = sealRow(context, encryptionKey, { tag: rowTag(suite, prk, row), version, salt }, payload)
  wipe(encryptionKey)
  return sealed
}
