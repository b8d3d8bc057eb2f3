import { utf8 } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { encodeGarbled, garble, halfGates, selectLabels } from '../garbling/index.ts'
import {
  buildJointTable,
  encodeJointTable,
  jointCheck,
  jointTableCommitmentCodec,
  jointTableParametersOf,
} from '../joint-table/index.ts'
import { encodeOkvs, encodeOkvsBytes, okvsRandomBand256 } from '../okvs/index.ts'
import { evaluateInput, generateKeyPair, oprfSuiteOf } from '../oprf/index.ts'
import { ANY_ARITHMETIC } from './any-arithmetic.ts'
import { type WireTrace, WireTracer } from './wire-trace.ts'

/** What one party makes for others, the same in every byte each time, where no protocol run of its own carries it. */
export interface TracedData {
  readonly name: string
  readonly make: () => readonly Uint8Array[]
}

const ITEMS = 1_000

const store: TracedData = {
  name: `key-value store, ${okvsRandomBand256.id}`,
  make() {
    const random = seededRandom('wire trace')
    const items = { keys: random.bytes(16 * ITEMS), values: random.bytes(24 * ITEMS), valueBytes: 24 }
    return [encodeOkvsBytes(encodeOkvs(okvsRandomBand256, items, random))]
  },
}

const jointTables = [intl, sm].flatMap((suite): TracedData[] => {
  const parameters = jointTableParametersOf(suite.id)
  return [
    {
      name: `joint table, ${parameters.id}`,
      make() {
        const random = seededRandom('wire trace')
        const oprf = oprfSuiteOf(suite.id)
        const key = generateKeyPair(oprf, random, ANY_ARITHMETIC)
        const id = { provider: 'cinda', dataset: 'overdue-fen', version: 3 }
        const entries = [0n, 1n, 123_456_00n, 2n ** 63n - 1n].map((amount, i) => ({
          output: evaluateInput(oprf, 'voprf', key.secretKey, utf8(`subject ${i}`), ANY_ARITHMETIC),
          amount,
        }))
        const built = buildJointTable({ id, suite, oprf, key, entries, random })
        return [encodeJointTable(built.store), jointTableCommitmentCodec.encode(built.commitment)]
      },
    },
    {
      name: `garbled check, ${halfGates.id}, ${parameters.id}`,
      make() {
        const random = seededRandom('wire trace')
        const { circuit, constants } = jointCheck(parameters)
        const own = constants(random.bytes(16), random.bytes(8))
        const { state, message } = garble(circuit, { constants: own, random })
        const inputs = random.bytes(256).map(byte => byte & 1)
        return [encodeGarbled(message), selectLabels(state.inputs.take(), 0, inputs)]
      },
    },
  ]
})

/** The data whose bytes the baseline holds. */
export const tracedData: readonly TracedData[] = [store, ...jointTables]

/** What a party gives to others. */
export function traceOfData({ make }: TracedData): { maker: WireTrace } {
  const tracer = new WireTracer()
  for (const bytes of make()) tracer.add(bytes)
  return { maker: tracer.finish() }
}
