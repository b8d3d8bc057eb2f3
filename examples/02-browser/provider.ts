import { fromHex, toHex, utf8 } from '@mixun/core/bytes'
import { DefaultRecord, packRecords, parseIsoDate, Subject } from '@mixun/core/domain'
import { systemRandom } from '@mixun/core/random'
import { type SuiteId, suiteById } from '@mixun/core/suite'
import { verifyRerandomized } from '@mixun/ot/consent-blinding'
import {
  accept,
  answer,
  decodeRequest,
  encodeResponse,
  type KeywordOtBinding,
  keywordOtParametersById,
} from '@mixun/ot/keyword-ot'
import { encodePublicKey, generateKeyPair, oprfSuiteOf } from '@mixun/ot/oprf'
import {
  buildTable,
  encodeTableCommitment,
  rowPayloadBytes,
  sealedTableParametersById,
} from '@mixun/ot/sealed-table'
import { intentContext } from '@mixun/sdk/audit'
import type { BlindedQuestion, Question } from './messages.ts'

/** Made-up identity numbers: one with a record in the table, one without. */
export const LISTED = '11010519491231002X'
export const ABSENT = '440524188001010014'

/** The provider yi with a table of one listed subject, and what the asking firm's server keeps of its session with it. */
export class Provider {
  /** The sealed table as it is downloaded. */
  readonly tableBytes: Uint8Array
  readonly #suite
  readonly #oprf
  readonly #key
  readonly #signingKey
  readonly #commitment

  constructor(suite: SuiteId) {
    this.#suite = suiteById(suite)
    this.#oprf = oprfSuiteOf(suite)
    this.#key = generateKeyPair(this.#oprf, systemRandom)
    this.#signingKey = this.#suite.generateSigningKey(systemRandom)
    const parameters = sealedTableParametersById('sealedtable_r512_c2')
    const record = DefaultRecord.of({
      kind: 'contract-due-not-repaid',
      occurredOn: parseIsoDate('2024-05-10'),
      amountFen: 1_115_765_664n,
      status: 'open',
      curedOn: null,
      sourceDigest: systemRandom.bytes(32),
      reporter: 'yi',
    })
    const payloads = packRecords([record], rowPayloadBytes(parameters), parameters.rowsPerSubject)
    const built = buildTable({
      id: { provider: 'yi', class: 'B', epoch: 1 },
      suite: this.#suite,
      oprf: this.#oprf,
      parameters,
      key: this.#key,
      entries: [{ input: Subject.parse('resident-id', LISTED).encode(), payloads }],
      random: systemRandom,
    })
    this.tableBytes = built.table.encode()
    this.#commitment = built.commitment
  }

  /** A new question of jia about this number. */
  question(idNumber: string): Question {
    return {
      suite: this.#suite.id,
      idNumber,
      inquirer: 'jia',
      intentId: toHex(systemRandom.bytes(16)),
      consentId: toHex(systemRandom.bytes(16)),
      sessionId: toHex(systemRandom.bytes(32)),
      transcriptDigest: toHex(this.#suite.hash(utf8('a session of jia with yi'))),
      table: toHex(encodeTableCommitment(this.#commitment)),
      providerKey: toHex(this.#signingKey.publicKey),
    }
  }

  /** The server's step: checks both proofs, evaluates, signs the receipt. Sees no subject. */
  evaluate(question: Question, blinded: BlindedQuestion): Uint8Array {
    const [intentId, consentId] = [fromHex(question.intentId), fromHex(question.consentId)]
    const element = fromHex(blinded.element)
    const context = intentContext(intentId, consentId, question.inquirer)
    const proof = fromHex(blinded.rerandomizationProof)
    verifyRerandomized(this.#oprf, context, fromHex(blinded.commitment), element, proof)
    const { provider, class: recordClass, epoch } = this.#commitment
    const publicKey = encodePublicKey(this.#oprf, this.#key.publicKey)
    const binding: KeywordOtBinding = {
      suite: this.#suite,
      parameters: keywordOtParametersById(`keywordot_${this.#oprf.identifier}`),
      sessionId: fromHex(question.sessionId),
      transcriptDigest: fromHex(question.transcriptDigest),
      inquirer: question.inquirer,
      statement: { intentId, provider, class: recordClass, epoch, publicKey, element },
    }
    const accepted = accept(binding, decodeRequest(this.#oprf, fromHex(blinded.request)))
    const { message } = answer(binding, accepted, this.#key, this.#signingKey, Date.now(), systemRandom)
    return encodeResponse(this.#oprf, this.#suite, message)
  }
}
