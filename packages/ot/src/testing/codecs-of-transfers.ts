import { seededRandom } from '@mixun/core/testing'
import type { FuzzedCodec } from '@mixun/core/testing/fuzz'
import {
  baseOtParameters,
  decodeReceiverMessage,
  decodeSenderMessage,
  encodeReceiverMessage,
  encodeSenderMessage,
  type ReceiverMessage,
  type SenderMessage,
} from '../base-ot/index.ts'
import {
  type ChunkMessage,
  decodeChunk,
  decodeTrees,
  encodeChunk,
  encodeTrees,
  otExtensionParameters,
  type TreesMessage,
} from '../ot-extension/index.ts'
import { chunkRows } from '../ot-extension/params.ts'

const random = seededRandom('fuzzed codecs of oblivious transfer')
const INSTANCES = 2
const COUNT = 100

const baseOts = baseOtParameters.flatMap((parameters): FuzzedCodec[] => {
  const { id, group } = parameters
  const element = () => group.multiplyBase(group.randomScalar(random))
  const popf = () => {
    const chosen = element()
    return { string: random.bytes(48), element: chosen, encodedElement: group.encodeElement(chosen) }
  }
  return [
    {
      name: `message of the sender, ${id}`,
      source: 'base-ot/codec.ts',
      samples: [encodeSenderMessage(parameters, { element: element() })],
      decode: bytes => decodeSenderMessage(parameters, bytes),
      encode: (message: SenderMessage) => encodeSenderMessage(parameters, message),
    },
    {
      name: `message of the receiver, ${id}`,
      source: 'base-ot/codec.ts',
      samples: [encodeReceiverMessage(parameters, { popfs: [popf(), popf()] })],
      decode: bytes => decodeReceiverMessage(parameters, INSTANCES, bytes),
      // From the elements themselves: the bytes that are kept of them must be those that they have.
      encode: ({ popfs }: ReceiverMessage) =>
        encodeReceiverMessage(parameters, {
          popfs: popfs.map(({ string, element }) => ({
            string,
            element,
            encodedElement: group.encodeElement(element),
          })),
        }),
    },
  ]
})

/** Of trees with one level nothing is sent. */
const trees = otExtensionParameters
  .filter(({ k }) => k > 1)
  .map((parameters): FuzzedCodec => {
    const { id, k, isMalicious } = parameters
    const message = {
      corrections: random.bytes(parameters.trees * (k - 1) * 32),
      sums: random.bytes(isMalicious ? parameters.trees * 32 : 0),
      digest: random.bytes(isMalicious ? 32 : 0),
    }
    return {
      name: `trees, ${id}`,
      source: 'ot-extension/codec.ts',
      samples: [encodeTrees(parameters, message)],
      decode: bytes => decodeTrees(parameters, bytes),
      encode: (decoded: TreesMessage) => encodeTrees(parameters, decoded),
    }
  })

const chunks = otExtensionParameters.map((parameters): FuzzedCodec => {
  const message = {
    corrections: random.bytes(((parameters.trees - 1) * chunkRows(parameters, COUNT)) / 8),
    proof: parameters.isMalicious ? { u: random.bytes(16), v: random.bytes(128 * 16) } : null,
  }
  return {
    name: `chunk, ${parameters.id}`,
    source: 'ot-extension/codec.ts',
    samples: [encodeChunk(parameters, 3, COUNT, message)],
    decode: bytes => decodeChunk(parameters, 3, COUNT, bytes),
    encode: (decoded: ChunkMessage) => encodeChunk(parameters, 3, COUNT, decoded),
  }
})

/** The codecs of oblivious transfer and of its extension. */
export const transferCodecs: readonly FuzzedCodec[] = [...baseOts, ...trees, ...chunks]
