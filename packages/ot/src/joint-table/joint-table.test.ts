import { concat, toHex, utf8 } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { andCount, bitsOfBytes, bytesOfBits, evaluateBits } from '../circuits/index.ts'
import { decodeOutputs, encodeGarbled, evaluateGarbled, garble, selectLabels } from '../garbling/index.ts'
import { decodeOkvs } from '../okvs/index.ts'
import { encodePublicKey, evaluateInput, generateKeyPair, oprfSuiteOf } from '../oprf/index.ts'
import {
  encodeJointTable,
  jointTableCommitmentCodec,
  openJointTable,
  verifyJointTableCommitment,
  verifyMaskKey,
} from './commitment.ts'
import { subjectHandle } from './handle.ts'
import { jointCheck } from './joint-check.ts'
import { type BuildJointTableOptions, buildJointTable } from './joint-table.ts'
import {
  jointTableAes128,
  jointTableParametersById,
  jointTableParametersOf,
  jointTableSm4,
} from './params.ts'

const id = { provider: 'cinda', dataset: 'overdue-fen', version: 3 }
const AMOUNTS = [0n, 1n, 123_456_00n, 2n ** 63n - 1n]

describe.each([intl, sm])('a joint table of suite $id', suite => {
  const oprf = oprfSuiteOf(suite.id)
  const key = generateKeyPair(oprf, seededRandom('joint key'))
  const publicKey = encodePublicKey(oprf, key.publicKey)
  const outputOf = (subject: string) => evaluateInput(oprf, 'voprf', key.secretKey, utf8(subject))
  const entries = AMOUNTS.map((amount, i) => ({ output: outputOf(`subject ${i}`), amount }))
  const build = (changes: Partial<BuildJointTableOptions> = {}) =>
    buildJointTable({ id, suite, oprf, key, entries, random: seededRandom('joint table'), ...changes })
  const built = build()
  const parameters = jointTableParametersOf(suite.id)
  const check = jointCheck(parameters)

  /** What an inquirer puts into the check: the subject's handle and the entry decoded there. */
  function inputsOf(subject: string): Uint8Array {
    const handle = subjectHandle(suite, id, publicKey, outputOf(subject))
    const store = openJointTable(suite, built.commitment, encodeJointTable(built.store))
    return bitsOfBytes(concat(handle, decodeOkvs(store, handle)))
  }

  const numberOf = (bits: Uint8Array) => Buffer.from(bytesOfBits(bits)).readBigUInt64LE()

  it('gives the amount of each subject and 0 for others, less a share', () => {
    const random = seededRandom('shares')
    for (const [i, expected] of [...AMOUNTS, 0n, 0n].entries()) {
      const share = random.bytes(8)
      const result = numberOf(
        evaluateBits(check.circuit, inputsOf(`subject ${i}`), check.constants(built.maskKey, share)),
      )
      expect(BigInt.asUintN(64, result + Buffer.from(share).readBigUInt64LE())).toBe(expected)
    }
  })

  it('does so garbled, from input labels for the handle and the entry', () => {
    const share = seededRandom('share').bytes(8)
    const constants = check.constants(built.maskKey, share)
    const { state, message } = garble(check.circuit, { constants, random: seededRandom('garbled check') })
    const labels = selectLabels(state.inputs.take(), 0, inputsOf('subject 2'))
    const result = numberOf(
      decodeOutputs(check.circuit, message, evaluateGarbled(check.circuit, message, labels)),
    )
    expect(BigInt.asUintN(64, result + Buffer.from(share).readBigUInt64LE())).toBe(123_456_00n)
    expect(andCount(check.circuit)).toBe(suite.id === 'intl' ? 5_373 : 4_349)
    // With 256 input labels, what one provider sends in a query.
    expect(encodeGarbled(message).length + 256 * 32).toBeLessThan(185_000)
  })

  it('has one size for its class and says nothing of the number of subjects', () => {
    const bytes = encodeJointTable(built.store)
    expect(build({ entries: [] }).store.columns).toHaveLength(built.store.columns.length)
    expect(built.commitment.capacity).toBe(64)
    expect(build({ capacity: 65 }).commitment.capacity).toBe(96)
    expect(bytes).toHaveLength(16 + (Math.ceil(1.1 * 64) + 256) * 16)
  })

  it('has a commitment that names these bytes and this key', () => {
    const { commitment, store, maskKey, maskSalt } = built
    verifyJointTableCommitment(jointTableCommitmentCodec.decode(jointTableCommitmentCodec.encode(commitment)))
    verifyMaskKey(suite, commitment, maskKey, maskSalt)
    const bytes = encodeJointTable(store)
    expect(toHex(encodeJointTable(openJointTable(suite, commitment, bytes)))).toBe(toHex(bytes))
    for (const at of [0, 16, bytes.length - 1]) {
      expectCode('ERR_VERIFY_ROOT', () =>
        openJointTable(suite, commitment, bytes.with(at, (bytes[at] as number) ^ 1)),
      )
    }
    expectCode('ERR_DECODE_LENGTH', () => openJointTable(suite, commitment, bytes.subarray(1)))
    expectCode('ERR_DECODE_TRAILING', () =>
      openJointTable(suite, commitment, concat(bytes, Uint8Array.of(0))),
    )
    for (const change of [
      { version: 4 },
      { capacity: 96 },
      { dataset: 'count' },
      { digest: new Uint8Array(32) },
    ]) {
      expectCode('ERR_VERIFY_KEY_POSSESSION', () => verifyJointTableCommitment({ ...commitment, ...change }))
    }
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyMaskKey(suite, commitment, new Uint8Array(16), maskSalt))
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyMaskKey(suite, commitment, maskKey, new Uint8Array(32)))
    // The same bytes, cut elsewhere.
    const longer = Uint8Array.of(maskSalt[31] as number, ...maskKey)
    expectCode('ERR_VERIFY_COMMITMENT', () => verifyMaskKey(suite, commitment, longer, maskSalt.slice(0, 31)))
    const isIntl = suite.id === 'intl'
    const others = [
      { parameters: (isIntl ? jointTableSm4 : jointTableAes128).id },
      { oprf: oprfSuiteOf(isIntl ? 'sm' : 'intl').id },
    ]
    for (const other of others) {
      expectCode('ERR_PARAMETER_UNKNOWN', () => verifyJointTableCommitment({ ...commitment, ...other }))
    }
  })

  it('calls a subject something else in every version, data set and table', () => {
    const [output] = entries.map(entry => entry.output) as [Uint8Array]
    const handles = [
      subjectHandle(suite, id, publicKey, output),
      subjectHandle(suite, { ...id, version: 4 }, publicKey, output),
      subjectHandle(suite, { ...id, dataset: 'count' }, publicKey, output),
      subjectHandle(suite, { ...id, provider: 'galaxy' }, publicKey, output),
      subjectHandle(suite, id, publicKey.toReversed(), output),
    ]
    expect(new Set(handles.map(toHex)).size).toBe(5)
  })

  it('refuses amounts out of range, subjects that repeat, ids that are none, too many entries', () => {
    const [first] = entries as [(typeof entries)[0]]
    for (const amount of [-1n, 2n ** 63n]) {
      expectCode('ERR_INPUT_RANGE', () => build({ entries: [{ ...first, amount }] }))
    }
    expectCode('ERR_INPUT_DUPLICATE', () => build({ entries: [...entries, { ...first, amount: 5n }] }))
    expectCode('ERR_DECODE_SCHEMA', () => build({ id: { ...id, dataset: 'Overdue!' } }))
    expectCode('ERR_INPUT_RANGE', () => build({ capacity: 2 ** 20 + 1 }))
    expectCode('ERR_PARAMETER_UNKNOWN', () => jointTableParametersById('jointtable'))
    expect(jointTableParametersById(parameters.id)).toBe(parameters)
  })
})
