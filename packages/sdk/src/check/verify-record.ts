import { fromHex, toHex, wipe } from '@mixun/core/bytes'
import { Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { combineBlind } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import {
  ROW_OPENING_PROTOCOL,
  rowOpeningCodec,
  rowOpeningParametersOf,
  runRowOpeningClient,
} from '@mixun/ot/row-opening'
import { openInquiry } from '../audit/opening.ts'
import { type ProvenRecords, type RecordProof, verifyRecordProof } from '../audit/record-proof.ts'
import { answerFromJson } from './answer.ts'
import type { CheckParts } from './check-options.ts'

/** One table of an answer, and how long its provider may take. */
export interface VerifyRecordOptions {
  readonly party: string
  readonly class: string
  readonly signal?: AbortSignal
}

/**
 * Has a provider show what its committed table holds about the subject of an answered inquiry 真实性验证. It tells the provider
 * whom the inquiry was about.
 *
 * @returns the proof for third parties, and what it proves
 * @throws ERR_INPUT_RANGE when there is no such answer or it has no evidence of the table; ERR_PEER_REFUSED when the
 * provider refuses, also because the epoch's key is gone; the errors of {@link verifyRecordProof}, ERR_CHANNEL_…
 */
export async function verifyRecord(
  { consortium, consents, inquiries }: CheckParts,
  requestId: string,
  options: VerifyRecordOptions,
): Promise<ProvenRecords & { readonly proof: RecordProof }> {
  const stored = inquiries.inquiryById(requestId)
  const answer = stored?.answer == null ? null : answerFromJson(stored.answer)
  const party = answer?.evidence.parties.find(
    each => each.party === options.party && each.class === options.class,
  )
  if (party === undefined) {
    return fail('ERR_INPUT_RANGE', `expected an answer with evidence of ${options.party}/${options.class}`)
  }
  const { receipt: _receipt, receiptSignature: _signature, ...table } = party
  const opening = openInquiry(consents, inquiries, requestId).reveal()
  const oprf = oprfSuiteOf(consortium.home.identity.suite.id)
  const { answerTimeoutMs } = consortium.home.config.limits
  const timeout = AbortSignal.timeout(answerTimeoutMs)
  await consortium.sync()
  const session = await consortium.openSession(party.party, {
    protocol: ROW_OPENING_PROTOCOL,
    parameters: rowOpeningParametersOf(oprf).id,
    dataset: { provider: party.party, class: party.class, epoch: party.epoch },
    deadlineMs: answerTimeoutMs,
    signal: options.signal === undefined ? timeout : AbortSignal.any([options.signal, timeout]),
  })
  const blind = combineBlind(oprf, fromHex(opening.factor), fromHex(opening.opening))
  const input = Subject.parse(opening.idType, opening.idNumber).encode()
  try {
    const request = { intentId: fromHex(opening.intentId), input, blind }
    const shown = await runRowOpeningClient(session, oprf, request)
    await session.close()
    const proof = { ...table, opening: toHex(rowOpeningCodec.encode(shown)) }
    return { ...verifyRecordProof(proof, consortium.registry), proof }
  } catch (error) {
    session.abort()
    throw error
  } finally {
    wipe(blind, input)
  }
}
