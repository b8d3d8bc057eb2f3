import { existsSync } from 'node:fs'
import { compareBytes, toHex } from '@mixun/core/bytes'
import { type ErrorCode, fail } from '@mixun/core/errors'
import type { IntentReceipt } from '@mixun/ledger-adapter/ledger'
import type { Consortium } from '@mixun/sdk/consortium'
import { writeFileDurably } from '@mixun/sdk/home'

/** Whether the own mirror holds the intent that a receipt speaks of, something else there, or is not there yet. */
export type IntentRecord = 'held' | 'contradicted' | 'unknown'

/** Compares a verified receipt with the own mirror. */
export function intentRecord(
  { mirror }: Consortium,
  { index, leafHash }: Pick<IntentReceipt, 'index' | 'leafHash'>,
): IntentRecord {
  if (index >= mirror.size) return 'unknown'
  return compareBytes(mirror.leafHash(index), leafHash) === 0 ? 'held' : 'contradicted'
}

/** @throws ERR_LEDGER_RECEIPT for an intent that the mirror contradicts, with evidence in the home */
export function requireRecorded(consortium: Consortium, intent: IntentReceipt, receipt: Uint8Array): void {
  if (intentRecord(consortium, intent) !== 'contradicted') return
  keepIntentFinding(consortium, intent, receipt, 'ERR_LEDGER_RECEIPT')
  fail('ERR_LEDGER_RECEIPT', `expected the intent of the receipt as entry ${intent.index}`)
}

/** What convicts the sequencer, or an inquirer that bought in advance: the signed receipt, and what the ledger holds in its place. */
export function keepIntentFinding(
  { mirror, home }: Consortium,
  { intentId, index }: IntentReceipt,
  receipt: Uint8Array,
  code: ErrorCode,
): void {
  const intent = toHex(intentId)
  const file = home.paths.intentFinding(intent)
  if (existsSync(file)) return
  const evidence = {
    intent,
    code,
    index,
    receipt: toHex(receipt),
    leafFound: index < mirror.size ? toHex(mirror.leafHash(index)) : null,
    checkpoint: mirror.checkpoint?.text ?? null,
    proof: index < (mirror.checkpoint?.size ?? 0) ? mirror.proveInclusion(index).map(toHex) : null,
  }
  writeFileDurably(file, JSON.stringify(evidence, null, 2))
}
