// Runs in the browser: blinds the subject, has the blinded element evaluated, and opens the sealed table itself.
import { fromHex, toHex } from '@mixun/core/bytes'
import { Subject } from '@mixun/core/domain'
import { MixunError } from '@mixun/core/errors'
import { systemRandom } from '@mixun/core/random'
import { suiteById } from '@mixun/core/suite'
import { combineBlind, commitSubject, rerandomize } from '@mixun/ot/consent-blinding'
import {
  decodeResponse,
  encodeRequest,
  finish,
  type KeywordOtBinding,
  keywordOtParametersById,
  request,
  verifyEvaluationReceipt,
} from '@mixun/ot/keyword-ot'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import {
  decodeTableCommitment,
  rowEvidenceCodec,
  SealedTable,
  subjectTags,
  verifyNone,
  verifyTableCommitment,
} from '@mixun/ot/sealed-table'
import { readReply, recordToJson, verdictOf } from '@mixun/sdk/answers'
import { intentContext } from '@mixun/sdk/audit'
import type { Finding, PageGlobals, Question } from './messages.ts'

const globals = globalThis as unknown as PageGlobals

async function ask(question: Question): Promise<Finding> {
  const suite = suiteById(question.suite)
  const oprf = oprfSuiteOf(suite.id)
  const tableCommitment = decodeTableCommitment(fromHex(question.table))
  verifyTableCommitment(tableCommitment)
  const { provider, class: recordClass, epoch, publicKey } = tableCommitment

  const input = Subject.parse('resident-id', question.idNumber).encode()
  const { commitment, opening } = commitSubject(oprf, input, systemRandom)
  const intentId = fromHex(question.intentId)
  const context = intentContext(intentId, fromHex(question.consentId), question.inquirer)
  const { element, factor, proof } = rerandomize(oprf, context, commitment, systemRandom)

  const binding: KeywordOtBinding = {
    suite,
    parameters: keywordOtParametersById(`keywordot_${oprf.identifier}`),
    sessionId: fromHex(question.sessionId),
    transcriptDigest: fromHex(question.transcriptDigest),
    inquirer: question.inquirer,
    statement: { intentId, provider, class: recordClass, epoch, publicKey, element },
  }
  const { state, message } = request(binding, input, combineBlind(oprf, factor, opening), systemRandom)
  const response = await globals.evaluate({
    commitment: toHex(commitment),
    element: toHex(element),
    rerandomizationProof: toHex(proof),
    request: toHex(encodeRequest(oprf, message)),
  })
  const providerKey = fromHex(question.providerKey)
  const evaluated = decodeResponse(oprf, suite, fromHex(response))
  const { output, receipt, receiptSignature } = finish(binding, state, evaluated, providerKey, systemRandom)
  const { provider: receiptOf } = verifyEvaluationReceipt(suite, providerKey, receipt, receiptSignature)

  const download = await fetch('/table')
  const table = SealedTable.decode(new Uint8Array(await download.arrayBuffer()), tableCommitment)
  const tags = subjectTags(suite, tableCommitment, output)
  const result = { provider, class: 'B', status: 'evaluated', code: null, receipt, receiptSignature } as const
  const reply = await readReply(
    suite,
    { commitment: tableCommitment, result, output },
    Promise.resolve(table),
  )
  if ('missing' in reply) return { code: reply.missing.code }
  let none = 0
  for (const [i, encoded] of reply.evidence.rows.entries()) {
    const evidence = rowEvidenceCodec.decode(fromHex(encoded))
    if (evidence.kind !== 'none') continue
    verifyNone(tableCommitment, suite, evidence, tags[i] as Uint8Array)
    none += 1
  }
  const records = reply.records.map(recordToJson)
  return { verdict: verdictOf(records.length, 0), records, none, receiptOf }
}

globals.inquire = async question => {
  try {
    return await ask(question)
  } catch (error) {
    if (error instanceof MixunError) return { code: error.code }
    throw error
  }
}
