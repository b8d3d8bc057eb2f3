import { wipe } from '@mixun/core/bytes'
import type { Suite } from '@mixun/core/suite'
import { decodePublicKey, hashEvaluation, hashInput, oprfSuiteById, verifyProof } from '../oprf/index.ts'
import { openProvenRows, type RowEvidence, type TableStatement } from '../sealed-table/index.ts'
import { decodeRowOpeningResponse, type RowOpening } from './codec.ts'

/**
 * What any third party checks with the ledger's commitment alone: the committed key evaluated the subject, and the rows
 * and "none" of the evidence are those that follow.
 *
 * @param commitment of the version that the evidence names; all versions of an epoch have one key
 * @param evidence C pieces, in the order of the row numbers
 * @returns 0 to C payloads; secret
 * @throws ERR_VERIFY_DLEQ; ERR_VERIFY_ROW when the rows are not this subject's or not in the table; ERR_VERIFY_OPEN when a
 * row of the subject does not open, which convicts the provider; ERR_DECODE_… for what is no opening
 */
export function verifyRowOpening(
  suite: Suite,
  commitment: TableStatement,
  { input, evaluation }: RowOpening,
  evidence: readonly RowEvidence[],
): Uint8Array[] {
  const oprf = oprfSuiteById(commitment.oprf)
  const { evaluatedElement, proof } = decodeRowOpeningResponse(oprf, evaluation)
  const publicKey = decodePublicKey(oprf, commitment.publicKey)
  verifyProof(oprf, publicKey, [hashInput(oprf, 'voprf', input)], [evaluatedElement], proof)
  const output = hashEvaluation(oprf, input, evaluatedElement)
  const payloads = openProvenRows(suite, commitment, output, evidence)
  wipe(output)
  return payloads
}
