import { join } from 'node:path'
import { aes128Permutation, aes128Stream } from '@mixun/core/aes'
import { systemRandom } from '@mixun/core/random'
import {
  baseOtParameters,
  type BaseOtParameters,
  decodeReceiverMessage,
  encodeReceiverMessage,
  finishReceiver,
  finishSender,
  startReceiver,
  startSender,
} from '@mixun/ot/base-ot'
import {
  OT_EXTENSION_PROTOCOL,
  otExtensionParameters,
  type OtExtensionParameters,
} from '@mixun/ot/ot-extension'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { scenario } from '../../harness/scenario.ts'
import { timeOverSlowLine } from '../../harness/two-ends.ts'
import { runRoles } from '../../harness/two-roles.ts'
import { type EndFigures, measureEnd } from './ends.ts'

const ROLE = join(import.meta.dirname, 'role.ts')
const PIECE_BYTES = 8_208

/** How fast OTs are made, in two processes and over a slow line, and what they cost. */
export const obliviousTransfer = scenario({
  name: 'oblivious-transfer',
  summary: 'base OTs, and random OTs by extension: two processes on this machine, and a line of 100 Mbit/s',
  settings: {
    ots: { text: 'random OTs of a run between two processes', standard: 10_000_000, quick: 200_000 },
    manyOts: {
      text: 'random OTs of the run whose memory is compared',
      standard: 100_000_000,
      quick: 400_000,
    },
    slowOts: { text: 'random OTs over the slow line', standard: 5_000_000, quick: 100_000 },
    rounds: { text: 'runs of each kind', standard: 5, quick: 1 },
  },
  async run({ settings, progress }) {
    const { ots, manyOts, slowOts, rounds } = settings
    const measurements: Measurement[] = []
    for (const parameters of baseOtParameters) {
      progress(`128 base OTs, ${parameters.group.id}`)
      measurements.push(...timeBaseOts(parameters, 2 * rounds))
    }
    for (const parameters of otExtensionParameters) {
      progress(`${ots} OTs, ${parameters.id}`)
      measurements.push(...(await timeExtension(parameters, ots, rounds)))
    }
    for (const parameters of otExtensionParameters.filter(({ isMalicious, k }) => isMalicious && k > 1)) {
      const group = `${parameters.id}, 100 Mbit/s and 10 ms, both roles on one core`
      progress(`${slowOts} OTs, ${group}`)
      const wallMs = await timeOverSlowLine(OT_EXTENSION_PROTOCOL, parameters.id, async (role, session) => {
        const figures = await measureEnd(role, session, slowOts)
        return figures.wallMs
      })
      measurements.push(measurement(group, 'random OTs', 'OTs/s', [(slowOts * 1_000) / wallMs]))
    }
    progress(`memory: ${manyOts} OTs`)
    for (const count of [1_000_000, manyOts]) {
      const { sender, receiver } = await runRoles<EndFigures>(ROLE, 'softspoken_k2_malicious', count)
      const group = `softspoken_k2_malicious, memory of a process for ${count.toLocaleString('en')} OTs`
      measurements.push(measurement(group, 'sender, largest', 'MiB', [sender.peakMiB]))
      measurements.push(measurement(group, 'receiver, largest', 'MiB', [receiver.peakMiB]))
      measurements.push(measurement(group, 'sender, alive at the end', 'MiB', [sender.liveMiB]))
      measurements.push(measurement(group, 'receiver, alive at the end', 'MiB', [receiver.liveMiB]))
    }
    return {
      measurements,
      sides: { [OWN_SIDE]: 'this repository, @mixun/ot/base-ot and @mixun/ot/oblivious-transfer' },
      notes: [
        'Two processes over plain TCP on loopback, outputs dropped chunk by chunk; setup is not in the rate.',
        'Largest memory is with garbage: V8 lets 64 MiB of buffers stand, and glibc keeps some of what is freed.',
        'PRG and hash alone: the AES of the role with the most of it, the receiver or the sender, and nothing else.',
      ],
    }
  },
})

function timeBaseOts(parameters: BaseOtParameters, rounds: number): Measurement[] {
  const samples = { sender: [] as number[], receiver: [] as number[], both: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    const context = systemRandom.bytes(32)
    const start = performance.now()
    const sender = startSender(parameters, context, 128, systemRandom)
    const started = performance.now()
    const receiver = startReceiver(parameters, context, 128, systemRandom.bytes(16), systemRandom)
    const bytes = encodeReceiverMessage(parameters, receiver.message)
    const sent = performance.now()
    finishSender(sender.state, decodeReceiverMessage(parameters, 128, bytes))
    const finished = performance.now()
    finishReceiver(receiver.state, sender.message)
    const end = performance.now()
    samples.sender.push(started - start + finished - sent)
    samples.receiver.push(sent - started + end - finished)
    samples.both.push(end - start)
  }
  const group = `128 base OTs, ${parameters.group.id}`
  return [
    measurement(group, 'sender', 'ms', samples.sender),
    measurement(group, 'receiver', 'ms', samples.receiver),
    measurement(group, 'both, one after the other', 'ms', samples.both),
  ]
}

async function timeExtension(
  parameters: OtExtensionParameters,
  count: number,
  rounds: number,
): Promise<Measurement[]> {
  const group = `${parameters.id}, two processes`
  const runs: { sender: EndFigures; receiver: EndFigures }[] = []
  const alone: number[] = []
  for (let round = 0; round < rounds; round++) {
    runs.push(await runRoles<EndFigures>(ROLE, parameters.id, count))
    alone.push(prgAndHashAlone(parameters, Math.min(count, 2_000_000)))
  }
  const wallMs = runs.map(({ sender, receiver }) => Math.max(sender.wallMs, receiver.wallMs))
  return [
    measurement(
      group,
      'random OTs',
      'OTs/s',
      wallMs.map(ms => (count * 1_000) / ms),
    ),
    measurement(
      group,
      'by the CPU time of the busier role',
      'OTs/s',
      runs.map(({ sender, receiver }) => (count * 1_000) / Math.max(sender.cpuMs, receiver.cpuMs)),
    ),
    measurement(group, 'PRG and hash alone', 'OTs/s', alone),
    measurement(
      group,
      'bytes',
      'bytes/OT',
      runs.map(({ receiver }) => receiver.bytes / count),
    ),
    measurement(
      group,
      'setup',
      'ms',
      runs.map(({ sender }) => sender.setupMs),
    ),
  ]
}

/** OTs a second if there were nothing but the streams of the leaves and the permutations of the hash. */
function prgAndHashAlone({ k, trees }: OtExtensionParameters, count: number): number {
  const streams = Array.from({ length: trees * 2 ** k }, () => aes128Stream(systemRandom.bytes(16)))
  const permutation = aes128Permutation(systemRandom.bytes(16))
  const [rows, piece] = [new Uint8Array(16_384), new Uint8Array(PIECE_BYTES)]
  const cpuMs = (work: () => void): number => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }
  // The receiver has 2^k leaves a tree and one hash of two permutations an OT; the sender one leaf less, two hashes.
  const streamMs = cpuMs(() => {
    for (let done = 0; done < count; done += 8 * PIECE_BYTES) {
      for (const next of streams) next(PIECE_BYTES, piece)
    }
  })
  const hashMs = cpuMs(() => {
    for (let done = 0; done < 32 * count; done += rows.length) permutation(rows, rows)
  })
  const senderMs = streamMs * (1 - 2 ** -k) + 2 * hashMs
  return (count * 1_000) / Math.max(streamMs + hashMs, senderMs)
}
