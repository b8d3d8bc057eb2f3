import { toHex } from '@mixun/core/bytes'
import { type Appended, entryOpeningCodec } from '@mixun/ledger-adapter/ledger'
import type { Consortium } from '../consortium/consortium.ts'
import type { IntentId } from '../ids.ts'
import type { InquiryEvidence, PartyEvidence } from './answer.ts'

/** The evidence of an inquiry whose entries are in the own mirror. @throws ERR_LEDGER_RECEIPT when they are not */
export function recordedEvidence(
  consortium: Consortium,
  intentId: Uint8Array,
  intent: Appended,
  outcome: Appended,
  parties: readonly PartyEvidence[],
): InquiryEvidence {
  for (const appended of [intent, outcome]) consortium.requireOnRecord(appended)
  const { mirror } = consortium
  const [intentIndex, outcomeIndex] = [intent.receipt.index, outcome.receipt.index]
  return {
    intentId: toHex(intentId) as IntentId,
    intentIndex,
    outcomeIndex,
    checkpoint: mirror.checkpoint?.text ?? '',
    intentOpening: toHex(entryOpeningCodec.encode(mirror.opening(intentIndex))),
    outcomeOpening: toHex(entryOpeningCodec.encode(mirror.opening(outcomeIndex))),
    intentProof: mirror.proveInclusion(intentIndex).map(toHex),
    outcomeProof: mirror.proveInclusion(outcomeIndex).map(toHex),
    parties: [...parties],
  }
}

/** What there is of it while the ledger is out of reach. */
export function provisionalEvidence(
  intentId: Uint8Array,
  parties: readonly PartyEvidence[],
): InquiryEvidence {
  return {
    intentId: toHex(intentId) as IntentId,
    intentIndex: -1,
    outcomeIndex: -1,
    checkpoint: '',
    intentOpening: '',
    outcomeOpening: '',
    intentProof: [],
    outcomeProof: [],
    parties: [...parties],
  }
}
