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

const random = seededRandom('fuzzed codecs of evaluations')

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
      name: `blinded elements, ${suite.id}`,
      source: 'oprf/codec.ts',
      samples: [encodeBlindRequest(oprf, { blindedElements: [element(), element()] })],
      decode: bytes => decodeBlindRequest(oprf, bytes),
      encode: (request: BlindRequest) => encodeBlindRequest(oprf, request),
    },
    {
      name: `request for a row opening, ${suite.id}`,
      source: 'row-opening/codec.ts',
      samples: [
        encodeRowOpeningRequest(oprf, {
          intentId: random.bytes(16),
          blind: random.bytes(32),
          input: random.bytes(20),
        }),
      ],
      decode: bytes => decodeRowOpeningRequest(oprf, bytes),
      encode: (request: RowOpeningRequest) => encodeRowOpeningRequest(oprf, request),
    },
    {
      name: `evaluation in the open, ${suite.id}`,
      source: 'row-opening/codec.ts',
      samples: [encodeRowOpeningResponse(oprf, { evaluatedElement: element(), proof: proof() })],
      decode: bytes => decodeRowOpeningResponse(oprf, bytes),
      encode: (response: RowOpeningResponse) => encodeRowOpeningResponse(oprf, response),
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

const kept: FuzzedCodec[] = [
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
  fuzzedRecord(
    'keyword-ot/transcript.ts',
    evaluationTranscriptCodec,
    [32, 33].map(elementBytes => ({
      request: random.bytes(elementBytes + 64),
      evaluation: random.bytes(elementBytes + 64),
      unblinded: random.bytes(elementBytes),
      proof: random.bytes(64),
    })),
  ),
  fuzzedRecord('row-opening/codec.ts', rowOpeningCodec, [
    { input: random.bytes(20), evaluation: random.bytes(96) },
    { input: random.bytes(1), evaluation: random.bytes(97) },
  ]),
]

/** The codecs of the pseudorandom function, of keyword OT and of row openings. */
export const evaluationCodecs: readonly FuzzedCodec[] = [...evaluations, ...kept]
