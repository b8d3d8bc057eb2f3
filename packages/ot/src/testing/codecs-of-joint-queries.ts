import type { Element } from '@mixun/core/group'
import { intl, sm } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { type FuzzedCodec, fuzzedRecord } from '@mixun/core/testing/fuzz'
import { CircuitBuilder } from '../circuits/index.ts'
import { garble } from '../garbling/index.ts'
import {
  decodeComparison,
  decodeJointChoice,
  decodeJointEvaluation,
  decodeJointGarbling,
  decodeJointRequest,
  decodeSealed,
  decodeThresholdRequest,
  encodeComparison,
  encodeJointChoice,
  encodeJointEvaluation,
  encodeJointGarbling,
  encodeJointRequest,
  encodeSealed,
  encodeThresholdRequest,
  jointGarblingBytes,
} from '../joint-query/codec.ts'
import {
  decodeJointShare,
  encodeJointShare,
  type JointAnswerRecord,
  jointAnswerRecordCodec,
  type JointComparisonAttempt,
  jointComparisonAttemptCodec,
  type JointInquirerRecord,
  jointInquirerRecordCodec,
  type JointReceipt,
  jointQueryParametersOf,
  jointReceiptCodec,
  type JointShare,
} from '../joint-query/index.ts'
import type {
  JointChoice,
  JointComparisonBody,
  JointEvaluation,
  JointGarbling,
  JointRequest,
  JointSealing,
} from '../joint-query/messages.ts'
import {
  decodeReceiverSetup,
  decodeSenderSetup,
  encodeReceiverSetup,
  encodeSenderSetup,
  otExtensionParametersById,
  type ReceiverSetup,
  type SenderSetup,
} from '../ot-extension/index.ts'
import { chunkRows } from '../ot-extension/params.ts'
import { dealtSetups } from './dealt-setups.ts'

const random = seededRandom('fuzzed codecs of joint queries')
const { extension } = jointQueryParametersOf('intl')

const evaluations = [intl, sm].flatMap((suite): FuzzedCodec[] => {
  const { oprf } = jointQueryParametersOf(suite.id)
  const { group } = oprf
  const element = (): Element => group.multiplyBase(group.randomScalar(random))
  const proof = () => ({ challenge: group.randomScalar(random), response: group.randomScalar(random) })
  const request = { setupId: random.bytes(32), blindedElement: element(), proof: proof() }
  const evaluation = { evaluatedElement: element(), proof: proof(), seedCommitment: random.bytes(32) }
  return [
    {
      name: `request of a joint query, ${suite.id}`,
      source: 'joint-query/codec.ts',
      samples: [encodeJointRequest(oprf, request)],
      decode: bytes => decodeJointRequest(oprf, bytes),
      encode: (message: JointRequest) => encodeJointRequest(oprf, message),
    },
    {
      name: `evaluation of a joint query, ${suite.id}`,
      source: 'joint-query/codec.ts',
      samples: [encodeJointEvaluation(oprf, evaluation)],
      decode: bytes => decodeJointEvaluation(oprf, bytes),
      encode: (message: JointEvaluation) => encodeJointEvaluation(oprf, message),
    },
  ]
})

const INPUTS = 8
const builder = new CircuitBuilder()
const [left, right] = [builder.input(4), builder.input(4)]
const circuit = builder.build(
  'conjunction',
  left.map((bit, i) => builder.and(bit, right[i] ?? bit)),
)
const chunk = {
  corrections: random.bytes(((extension.trees - 1) * chunkRows(extension, INPUTS)) / 8),
  proof: { u: random.bytes(16), v: random.bytes(128 * 16) },
}
const choice = encodeJointChoice(extension, INPUTS, { flips: random.bytes(1), chunk })
const garbling = encodeJointGarbling(circuit, {
  garbled: garble(circuit, { random }).message,
  labels: random.bytes(32 * INPUTS),
})
const comparison = { garbling, check: random.bytes(8), seedCommitment: random.bytes(32) }

const messages: FuzzedCodec[] = [
  {
    name: 'choice of inputs',
    source: 'joint-query/codec.ts',
    samples: [choice],
    decode: bytes => decodeJointChoice(extension, INPUTS, bytes),
    encode: (message: JointChoice) => encodeJointChoice(extension, INPUTS, message),
  },
  {
    name: 'garbled check with labels',
    source: 'joint-query/codec.ts',
    samples: [garbling],
    decode: bytes => decodeJointGarbling(circuit, bytes),
    encode: (message: JointGarbling) => encodeJointGarbling(circuit, message),
  },
  {
    name: 'request of a comparison',
    source: 'joint-query/codec.ts',
    samples: [encodeThresholdRequest(random.bytes(32), choice)],
    decode(bytes) {
      const message = decodeThresholdRequest(bytes)
      decodeJointChoice(extension, INPUTS, message.choice)
      return message
    },
    encode: (message: ReturnType<typeof decodeThresholdRequest>) =>
      encodeThresholdRequest(message.setupId, message.choice),
  },
  {
    name: 'garbled comparison',
    source: 'joint-query/codec.ts',
    samples: [encodeComparison(circuit, comparison)],
    decode: bytes => decodeComparison(circuit, bytes),
    encode: (message: JointComparisonBody) => encodeComparison(circuit, message),
  },
  {
    name: 'end of an answer',
    source: 'joint-query/codec.ts',
    samples: [encodeSealed(intl, garbling, { answeredAt: 1_780_000_000_000, signature: random.bytes(64) })],
    decode: bytes => decodeSealed(intl, jointGarblingBytes(circuit), bytes),
    encode: (message: JointSealing & { readonly body: Uint8Array }) =>
      encodeSealed(intl, message.body, message),
  },
  {
    name: 'share of a total',
    source: 'joint-query/share.ts',
    samples: [random.bytes(16)],
    decode: decodeJointShare,
    encode: (share: JointShare) => encodeJointShare(share),
  },
]

const receipt: JointReceipt = {
  version: 1,
  party: 'cinda',
  inquirer: 'galaxy',
  intentId: random.bytes(16),
  statement: random.bytes(32),
  sessionId: random.bytes(32),
  transcript: random.bytes(32),
  seedCommitment: random.bytes(32),
  table: 3,
  answeredAt: 1_780_000_000_000,
}
const signed = { receipt: jointReceiptCodec.encode(receipt), signature: random.bytes(64) }
const session = {
  version: 1,
  statement: random.bytes(32),
  inquirer: 'galaxy',
  party: 'cinda',
  sessionId: random.bytes(32),
  start: random.bytes(32),
  request: random.bytes(128),
  evaluation: random.bytes(128),
  choice: random.bytes(200),
} as const
const attempt: JointComparisonAttempt = { ...session, otSeeds: random.bytes(64) }
const inquirer: JointInquirerRecord = { ...attempt, answer: random.bytes(300), ...signed }
const provider: JointAnswerRecord = {
  ...session,
  seed: random.bytes(32),
  otOpening: random.bytes(80),
  words: random.bytes(32),
  ...signed,
}

const records = [
  fuzzedRecord('joint-query/receipt.ts', jointReceiptCodec, [receipt]),
  fuzzedRecord('joint-query/record.ts', jointInquirerRecordCodec, [inquirer]),
  fuzzedRecord('joint-query/record.ts', jointComparisonAttemptCodec, [attempt]),
  fuzzedRecord('joint-query/record.ts', jointAnswerRecordCodec, [provider]),
]

const setups = ['softspoken_k1_malicious', 'softspoken_k2_malicious'].flatMap((id): FuzzedCodec[] => {
  const { sender, receiver } = dealtSetups(otExtensionParametersById(id), id)
  return [
    {
      name: `setup of a sender, ${id}`,
      source: 'ot-extension/stored-setup.ts',
      samples: [encodeSenderSetup(sender)],
      decode: decodeSenderSetup,
      encode: (setup: SenderSetup) => encodeSenderSetup(setup),
      codes: ['ERR_PARAMETER_UNKNOWN'],
    },
    {
      name: `setup of a receiver, ${id}`,
      source: 'ot-extension/stored-setup.ts',
      samples: [encodeReceiverSetup(receiver)],
      decode: decodeReceiverSetup,
      encode: (setup: ReceiverSetup) => encodeReceiverSetup(setup),
      codes: ['ERR_PARAMETER_UNKNOWN'],
    },
  ]
})

/** The codecs of joint queries, and of the setups that they are prepared with. */
export const jointQueryCodecs: readonly FuzzedCodec[] = [...evaluations, ...messages, ...records, ...setups]
