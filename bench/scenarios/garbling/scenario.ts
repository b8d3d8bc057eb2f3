import { systemRandom as random } from '@mixun/core/random'
import {
  AES128_ROUND_KEY_BITS,
  aes128,
  aes128RoundKeys,
  andCount,
  bitsOfBytes,
  type Bits,
  bytesOfBits,
  type Circuit,
  CircuitBuilder,
  evaluateBits,
  SM4_ROUND_KEY_BITS,
  sm4,
  sm4RoundKeys,
} from '@mixun/ot/circuits'
import { decodeOutputs, encodeGarbled, evaluateGarbled, garble, selectLabels } from '@mixun/ot/garbling'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { scenario } from '../../harness/scenario.ts'
import { timeSteps, type TimeStepsOptions } from '../../harness/time-steps.ts'

/** Garbling and evaluating the circuits of two block ciphers. */
export const garbling = scenario({
  name: 'garbling',
  summary: 'garbling and evaluating AES-128 and SM4, one thread: time, gates a second, bytes',
  settings: {
    roundMs: { text: 'time for each step in each round, ms', standard: 500, quick: 1 },
    rounds: { text: 'rounds through all steps', standard: 6, quick: 1 },
  },
  async run({ settings, progress }) {
    const options = { rounds: settings.rounds, timeMs: settings.roundMs, minRuns: 1 }
    const measurements: Measurement[] = []
    progress('AES-128')
    const aesKey = aes128RoundKeys(random.bytes(16))
    measurements.push(
      ...(await timeCipher('AES-128', circuitOf(AES128_ROUND_KEY_BITS, aes128), aesKey, options)),
    )
    progress('SM4')
    const sm4Key = sm4RoundKeys(random.bytes(16))
    measurements.push(...(await timeCipher('SM4', circuitOf(SM4_ROUND_KEY_BITS, sm4), sm4Key, options)))
    return {
      measurements,
      sides: {
        [OWN_SIDE]:
          'this repository, @mixun/ot/garbling, half gates with TMMO over AES-128, a key for every 32 gates',
      },
      notes: [
        'Round keys are constants of the garbler: they cost neither gates nor labels. OT of input labels is not included.',
        'Rates count AND gates. Evaluation includes decoding with its checks.',
        'Nothing on npm does the same.',
      ],
    }
  },
})

function circuitOf(
  constants: number,
  cipher: (builder: CircuitBuilder, block: Bits, keys: readonly number[]) => Bits,
): Circuit {
  const builder = new CircuitBuilder()
  const block = builder.input(128)
  return builder.build('cipher', cipher(builder, block, builder.constants(constants)))
}

async function timeCipher(
  group: string,
  circuit: Circuit,
  roundKeys: Uint8Array,
  options: TimeStepsOptions,
): Promise<Measurement[]> {
  const constants = bitsOfBytes(roundKeys)
  const block = bitsOfBytes(random.bytes(16))
  const { state, message } = garble(circuit, { constants, random })
  const labels = selectLabels(state.inputs.take(), 0, block)
  const evaluate = () => decodeOutputs(circuit, message, evaluateGarbled(circuit, message, labels))
  const expected = bytesOfBits(evaluateBits(circuit, block, constants))
  if (Buffer.compare(bytesOfBits(evaluate()), expected) !== 0)
    throw new Error(`${group}: expected its ciphertext`)
  const timed = await timeSteps(
    group,
    [
      { name: 'garble', run: () => garble(circuit, { constants, random }) },
      { name: 'evaluate', run: evaluate },
    ],
    options,
  )
  const gates = andCount(circuit)
  const rates = timed.map(({ name, summary }) =>
    measurement(group, `${name}, AND gates`, 'elements/s', [gates / (summary.median / 1_000)]),
  )
  const bytes = encodeGarbled(message).length
  return [
    ...timed,
    ...rates,
    measurement(group, 'garbled circuit', 'bytes', [bytes]),
    measurement(group, 'an AND gate', 'bytes', [message.tables.length / gates]),
  ]
}
