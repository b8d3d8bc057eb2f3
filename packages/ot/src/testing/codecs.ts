import { concat } from '@mixun/core/bytes'
import type { Element } from '@mixun/core/group'
import { intl, sm } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { type FuzzedCodec, fuzzedRecord } from '@mixun/core/testing/fuzz'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from '../keyword-ot/codec.ts'
import type { KeywordOtRequest, KeywordOtResponse } from '../keyword-ot/messages.ts'
import { evaluationReceiptCodec } from '../keyword-ot/receipt.ts'
import {
  decodeSignedRefusal,
  encodeSignedRefusal,
  refusalReceiptCodec,
  type SignedRefusal,
} from '../keyword-ot/refusal.ts'
import { evaluationTranscriptCodec } from '../keyword-ot/transcript.ts'
import {
  decodeBlindRequest,
  decodeEvaluateResponse,
  encodeBlindRequest,
  encodeEvaluateResponse,
} from '../oprf/codec.ts'
import { oprfRistretto255Sha512, oprfSm2Sm3 } from '../oprf/index.ts'
import type { BlindRequest, EvaluateResponse } from '../oprf/messages.ts'
import {
  decodeRowOpeningRequest,
  decodeRowOpeningResponse,
  encodeRowOpeningRequest,
  encodeRowOpeningResponse,
  rowOpeningCodec,
} from '../row-opening/codec.ts'
import type { RowOpeningRequest, RowOpeningResponse } from '../row-opening/messages.ts'
import { TableBook } from '../sealed-table/book.ts'
import { tableCommitmentCodec } from '../sealed-table/commitment.ts'
import { decodeDelta, encodeDelta, type TableDelta } from '../sealed-table/delta.ts'
import { rowEvidenceCodec } from '../sealed-table/evidence.ts'
import { makeDelta } from '../sealed-table/make-delta.ts'
import { locateSubject } from '../sealed-table/open.ts'
import { drawLeaves, leafSamplesCodec, openLeaves } from '../sealed-table/sample.ts'
import { SealedTable } from '../sealed-table/table.ts'
import {
  decodeDeltaAnswer,
  decodeDeltaRequest,
  decodeSyncHeader,
  encodeDeltaAnswer,
  encodeDeltaRequest,
  encodeSyncHeader,
} from '../table-sync/codec.ts'
import type { DeltaAnswer, DeltaRequest, SyncHeader } from '../table-sync/messages.ts'
import { buildTestTable, testOutput, testTableKey } from './sealed-table.ts'

const random = seededRandom('fuzzed codecs of ot')
const built = buildTestTable()
const { table, commitment, book } = built
const made = makeDelta({ ...built, key: testTableKey, changes: [], random })
const locate = (subject: string) =>
  locateSubject(table, { suite: intl, commitment, output: testOutput(subject) })

const rows: FuzzedCodec[] = [
  fuzzedRecord('sealed-table/commitment.ts', tableCommitmentCodec, [commitment, made.commitment]),
  fuzzedRecord('sealed-table/evidence.ts', rowEvidenceCodec, [...locate('subject 1'), ...locate('nobody')]),
  fuzzedRecord('sealed-table/sample.ts', leafSamplesCodec, [
    openLeaves(built, testTableKey, drawLeaves(commitment, random.bytes(32)), random),
  ]),
  {
    name: 'sealed table',
    source: 'sealed-table/table.ts',
    samples: [table.encode()],
    decode: bytes => SealedTable.decode(bytes, commitment),
    encode: (decoded: SealedTable) => decoded.encode(),
    codes: ['ERR_PARAMETER_UNKNOWN'],
  },
  {
    name: 'delta',
    source: 'sealed-table/delta.ts',
    samples: [encodeDelta(made.delta)],
    decode: bytes => decodeDelta(bytes, commitment),
    encode: (delta: TableDelta) => encodeDelta(delta),
  },
  {
    name: 'book of a table',
    source: 'sealed-table/book.ts',
    samples: [book.encode(), TableBook.of(made.inserted).encode()],
    decode: bytes => TableBook.of(TableBook.decode(bytes).rows()),
    encode: (decoded: TableBook) => decoded.encode(),
  },
]

const synchronisation: FuzzedCodec[] = [
  {
    name: 'header of a download',
    source: 'table-sync/codec.ts',
    samples: [encodeSyncHeader({ totalBytes: 40_000 })],
    decode: bytes => decodeSyncHeader(bytes, 1_000_000),
    encode: (header: SyncHeader) => encodeSyncHeader(header),
  },
  {
    name: 'request for deltas',
    source: 'table-sync/codec.ts',
    samples: [encodeDeltaRequest({ from: 3, to: 9 })],
    decode: decodeDeltaRequest,
    encode: (request: DeltaRequest) => encodeDeltaRequest(request),
  },
  {
    name: 'answer about deltas',
    source: 'table-sync/codec.ts',
    samples: [encodeDeltaAnswer('deltas'), encodeDeltaAnswer('whole')],
    decode: decodeDeltaAnswer,
    encode: (answer: DeltaAnswer) => encodeDeltaAnswer(answer),
  },
]

/** The messages of evaluations, over the group of each suite. */
const evaluations = [
  { oprf: oprfRistretto255Sha512, suite: intl },
  { oprf: oprfSm2Sm3, suite: sm },
].flatMap(({ oprf, suite }): FuzzedCodec[] => {
  const { group } = oprf
  const element = (): Element => group.multiplyBase(group.randomScalar(random))
  const proof = () => ({ challenge: group.randomScalar(random), response: group.randomScalar(random) })
  return [
    {
      name: `request for an evaluation, ${suite.id}`,
      source: 'keyword-ot/codec.ts',
      samples: [encodeRequest(oprf, { blindedElement: element(), proof: proof() })],
      decode: bytes => decodeRequest(oprf, bytes),
      encode: (request: KeywordOtRequest) => encodeRequest(oprf, request),
    },
    {
      name: `evaluation, ${suite.id}`,
      source: 'keyword-ot/codec.ts',
      samples: [
        encodeResponse(oprf, suite, {
          evaluatedElement: element(),
          proof: proof(),
          evaluatedAt: 1_780_000_000_000,
          receiptSignature: random.bytes(64),
        }),
      ],
      decode: bytes => decodeResponse(oprf, suite, bytes),
      encode: (response: KeywordOtResponse) => encodeResponse(oprf, suite, response),
    },
    {
      name: `request to open a row, ${suite.id}`,
      source: 'row-opening/codec.ts',
      samples: [
        encodeRowOpeningRequest(oprf, {
          intentId: random.bytes(16),
          blind: group.encodeScalar(group.randomScalar(random)),
          input: random.bytes(30),
        }),
      ],
      decode: bytes => decodeRowOpeningRequest(oprf, bytes),
      encode: (request: RowOpeningRequest) => encodeRowOpeningRequest(oprf, request),
    },
    {
      name: `opened row, ${suite.id}`,
      source: 'row-opening/codec.ts',
      samples: [encodeRowOpeningResponse(oprf, { evaluatedElement: element(), proof: proof() })],
      decode: bytes => decodeRowOpeningResponse(oprf, bytes),
      encode: (response: RowOpeningResponse) => encodeRowOpeningResponse(oprf, response),
    },
    {
      name: `blinded elements, ${suite.id}`,
      source: 'oprf/codec.ts',
      samples: [encodeBlindRequest(oprf, { blindedElements: [element(), element()] })],
      decode: bytes => decodeBlindRequest(oprf, bytes),
      encode: (request: BlindRequest) => encodeBlindRequest(oprf, request),
    },
    ...(['oprf', 'voprf'] as const).map(
      (mode): FuzzedCodec => ({
        name: `evaluated elements, ${mode}, ${suite.id}`,
        source: 'oprf/codec.ts',
        samples: [
          encodeEvaluateResponse(oprf, mode, {
            evaluatedElements: [element(), element()],
            proof: mode === 'voprf' ? proof() : null,
          }),
        ],
        decode: bytes => decodeEvaluateResponse(oprf, mode, bytes),
        encode: (response: EvaluateResponse) => encodeEvaluateResponse(oprf, mode, response),
      }),
    ),
  ]
})

const refusal: Parameters<typeof refusalReceiptCodec.encode>[0] = {
  version: 1,
  ledger: random.bytes(32),
  intentId: random.bytes(16),
  provider: 'yi',
  inquirer: 'jia',
  class: 'B',
  epoch: 3,
  code: 'ERR_EPOCH_STALE',
  refusedAt: 1_780_000_000_000,
}

const receipts: FuzzedCodec[] = [
  fuzzedRecord('keyword-ot/receipt.ts', evaluationReceiptCodec, [
    {
      version: 1,
      sessionId: random.bytes(32),
      intentId: random.bytes(16),
      provider: 'yi',
      inquirer: 'jia',
      class: 'B',
      epoch: 3,
      requestDigest: random.bytes(32),
      responseDigest: random.bytes(32),
      evaluatedAt: 1_780_000_000_000,
    },
  ]),
  fuzzedRecord('keyword-ot/refusal.ts', refusalReceiptCodec, [refusal]),
  {
    name: 'signed refusal',
    source: 'keyword-ot/refusal.ts',
    samples: [concat(refusalReceiptCodec.encode(refusal), random.bytes(64))],
    decode: bytes => {
      const signed = decodeSignedRefusal(bytes)
      refusalReceiptCodec.decode(signed.receipt)
      return signed
    },
    encode: (signed: SignedRefusal) => encodeSignedRefusal(signed),
  },
  fuzzedRecord('keyword-ot/transcript.ts', evaluationTranscriptCodec, [
    {
      request: random.bytes(96),
      evaluation: random.bytes(97),
      unblinded: random.bytes(32),
      proof: random.bytes(64),
    },
  ]),
  fuzzedRecord('row-opening/codec.ts', rowOpeningCodec, [
    { input: random.bytes(30), evaluation: random.bytes(96) },
  ]),
]

/** Every codec of ot. */
export const codecs: readonly FuzzedCodec[] = [...rows, ...synchronisation, ...evaluations, ...receipts]

/** What reads bytes and is fuzzed through another, or never reads what others wrote. */
export const elsewhere: Readonly<Record<string, string>> = {
  'table statement': 'written for signatures, never read',
  'sealed-table/make-delta.ts': 'reads its own random bytes',
  'sealed-table/row.ts': 'rows of fixed length: through tables and deltas; plaintexts are authenticated',
  'sealed-table/tasks.ts': 'what this process sends its own threads',
  'oprf/tasks.ts': 'what this process sends its own threads',
}
