import { compareBytes } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { type FuzzedCodec, fuzzedRecord } from '@mixun/core/testing/fuzz'
import { decodeStoreHead, encodeStoreHead } from '../batched-oprf/index.ts'
import { CircuitBuilder } from '../circuits/index.ts'
import {
  decodeCipherBatch,
  decodeHandshakeRequest,
  decodeHandshakeResponse,
  encodeCipherBatch,
  encodeHandshakeRequest,
  encodeHandshakeResponse,
} from '../ecdh-psi/codec.ts'
import { decodeGarbled, encodeGarbled, type GarbledCircuit, garble } from '../garbling/index.ts'
import { buildJointTable, jointTableCommitmentCodec } from '../joint-table/index.ts'
import { decodeOkvsBytes, encodeOkvs, encodeOkvsBytes, type Okvs, okvsRandomBand256 } from '../okvs/index.ts'
import { generateKeyPair, oprfSuiteOf } from '../oprf/index.ts'
import { decodeOffer, encodeOffer, type PsiOffer } from '../psi/index.ts'
import {
  type ChallengeMessage,
  decodeChallenge,
  decodeTrees,
  encodeChallenge,
  encodeTrees,
  type TreesMessage,
  type VoleParameters,
  voleParameters,
  voleShape,
} from '../vole/index.ts'

const random = seededRandom('fuzzed codecs of computation')

const store = encodeOkvs(
  okvsRandomBand256,
  { keys: random.bytes(3 * 16), values: random.bytes(3 * 16), valueBytes: 16 },
  random,
)

const builder = new CircuitBuilder()
const [left, right] = [builder.input(4), builder.input(4)]
const circuit = builder.build(
  'conjunction',
  left.map((bit, i) => builder.and(bit, right[i] ?? bit)),
)

const jointTables = [intl, sm].map(suite => {
  const oprf = oprfSuiteOf(suite.id)
  const id = { provider: 'cinda', dataset: 'overdue-fen', version: 3 }
  const key = generateKeyPair(oprf, random)
  return buildJointTable({ id, suite, oprf, key, entries: [], random }).commitment
})

const stores: FuzzedCodec[] = [
  {
    name: 'key-value store',
    source: 'okvs/codec.ts',
    samples: [encodeOkvsBytes(store)],
    decode: bytes => decodeOkvsBytes(store.parameters, store.count, store.valueBytes, bytes),
    encode: (decoded: Okvs) => encodeOkvsBytes(decoded),
  },
  fuzzedRecord('joint-table/commitment.ts', jointTableCommitmentCodec, jointTables),
]

const garbled = (['decoded', 'shared'] as const).map((outputs): FuzzedCodec => {
  const { message } = garble(circuit, { outputs, random })
  return {
    name: `garbled circuit, outputs ${outputs}`,
    source: 'garbling/codec.ts',
    samples: [encodeGarbled(message)],
    decode: bytes => decodeGarbled(circuit, bytes, outputs),
    encode: (decoded: GarbledCircuit) => encodeGarbled(decoded),
  }
})

/**
 * Protocol Buffers have many encodings of one message, and other vendors' may hold fields that we skip: what is read must
 * be the same message when it is written and read again.
 */
function fuzzedProtobuf<T>(
  name: string,
  messages: readonly T[],
  encode: (message: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
): FuzzedCodec {
  return {
    name,
    source: 'ecdh-psi/codec.ts',
    samples: messages.map(encode),
    decode: frame => ({ frame, message: decode(frame) }),
    encode: ({ frame, message }: { frame: Uint8Array; message: T }) => {
      const written = encode(message)
      return compareBytes(encode(decode(written)), written) === 0 ? frame : written
    },
  }
}

const suit = { curve: 1, hash: 2, strategy: 3 }
const request = {
  version: 2,
  requesterRank: 0,
  algorithms: [1],
  suits: [suit, { ...suit, curve: 4 }],
  formats: [1, 2],
  canTruncate: true,
  itemCount: 1_000_000,
  resultToRank: -1,
}
const response = { errorCode: 0, algorithm: 1, suit, format: 1, truncatedBits: 96, resultToRank: 0 }
const batch = { type: 'enc', index: 2, isLast: true, points: [random.bytes(33), random.bytes(33)] } as const
const due = { type: 'enc', index: 2, pointBytes: 33 } as const

const intersections: FuzzedCodec[] = [
  fuzzedProtobuf('request for a handshake', [request], encodeHandshakeRequest, decodeHandshakeRequest),
  fuzzedProtobuf(
    'answer to a handshake',
    [response, { ...response, truncatedBits: -1 }, { ...response, errorCode: 31 }],
    encodeHandshakeResponse,
    decodeHandshakeResponse,
  ),
  fuzzedProtobuf('batch of points', [batch, { ...batch, points: [] }], encodeCipherBatch, bytes =>
    decodeCipherBatch(bytes, due),
  ),
]

const smallVole = { ...(voleParameters[0] as VoleParameters), trees: 2, minCount: 20 }
const shape = voleShape(smallVole, 20)

const batchedEvaluations: FuzzedCodec[] = [
  {
    name: 'trees of a VOLE',
    source: 'vole/codec.ts',
    samples: [encodeTrees({ sums: random.bytes(2 * shape.depth * 32), corrections: random.bytes(2 * 16) })],
    decode: bytes => decodeTrees(smallVole, shape, bytes),
    encode: (message: TreesMessage) => encodeTrees(message),
  },
  {
    name: 'challenge of a VOLE',
    source: 'vole/codec.ts',
    samples: [encodeChallenge({ seed: random.bytes(16), masked: random.bytes(16) })],
    decode: decodeChallenge,
    encode: (message: ChallengeMessage) => encodeChallenge(message),
  },
  {
    name: 'head of a blinded store',
    source: 'batched-oprf/codec.ts',
    samples: [encodeStoreHead({ seed: random.bytes(16), coin: random.bytes(16) })],
    decode: decodeStoreHead,
    encode: (head: { seed: Uint8Array; coin: Uint8Array }) => encodeStoreHead(head),
  },
  {
    name: 'offer of a set intersection',
    source: 'psi/codec.ts',
    samples: [
      encodeOffer({ variant: 'items', count: 2 ** 20, labelBytes: 0 }),
      encodeOffer({ variant: 'labels', count: 3, labelBytes: 40 }),
    ],
    decode: decodeOffer,
    encode: (offer: PsiOffer) => encodeOffer(offer),
    codes: ['ERR_PSI_HANDSHAKE'],
  },
]

/** The codecs of stores, garbled circuits and set intersection. */
export const computationCodecs: readonly FuzzedCodec[] = [
  ...stores,
  ...garbled,
  ...intersections,
  ...batchedEvaluations,
]
