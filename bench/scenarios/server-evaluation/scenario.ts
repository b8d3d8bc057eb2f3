import { utf8 } from '@mixun/core/bytes'
import type { ComputePool } from '@mixun/core/compute'
import { threadPool } from '@mixun/core/compute/threads'
import { systemRandom } from '@mixun/core/random'
import {
  blind,
  decodeBlindRequest,
  deriveKeyPair,
  encodeBlindRequest,
  encodeEvaluateResponse,
  evaluateInPool,
  evaluateWithProof,
  oprfSuiteById,
  oprfTasks,
} from '@mixun/ot/oprf'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { scenario } from '../../harness/scenario.ts'
import { type Step, timeSteps, type TimeStepsOptions } from '../../harness/time-steps.ts'
import { NOBLE, nobleOprf } from '../../peers/noble.ts'

const SEED = utf8('thirty-two bytes of a fixed seed')

/** How fast a server evaluates batches under one proof, on one thread and on two. */
export const serverEvaluation = scenario({
  name: 'server-evaluation',
  summary: 'evaluation of a batch under one proof by the server, one thread and two',
  settings: {
    batch: { text: 'elements of a batch', standard: 100, quick: 33 },
    roundMs: { text: 'time for each step in each round, ms', standard: 400, quick: 1 },
    rounds: { text: 'rounds through all steps of a suite', standard: 8, quick: 1 },
  },
  async run({ settings, progress }) {
    const { batch, rounds, roundMs } = settings
    const options = { rounds, timeMs: roundMs, minRuns: rounds > 1 ? 2 : 1 }
    await using pool = threadPool({ modules: [oprfTasks], threads: 2 })
    const measurements: Measurement[] = []
    for (const suite of ['ristretto255-SHA512', 'SM2-SM3'] as const) {
      progress(`${suite}: ${batch} elements`)
      measurements.push(...(await timeSuite(suite, pool, batch, options)))
    }
    return {
      measurements,
      sides: {
        [OWN_SIDE]: 'this repository, @mixun/ot/oprf in the compute pools of @mixun/core',
        [NOBLE]: 'its RFC 9497 OPRF, plain JavaScript, one thread; it has none over SM2',
      },
      notes: [
        'From the bytes of a request to the bytes of its response: decoding with all checks and encoding included.',
        'Threads were started before. One element beside a batch gives the cost of each further element.',
      ],
    }
  },
})

async function timeSuite(
  name: 'ristretto255-SHA512' | 'SM2-SM3',
  pool: ComputePool,
  batch: number,
  options: TimeStepsOptions,
): Promise<Measurement[]> {
  const inputs = Array.from({ length: batch }, (_, i) => utf8(`resident-id:99010119900101${i}`))
  const group = `${name}, ${batch} elements under one proof`
  const { request, single, evaluate, evaluateOnTwo } = mixunServer(name, inputs, pool)
  // Starts the threads.
  await evaluateOnTwo(request)
  const steps: Step[] = [
    { name: 'one thread', run: () => evaluate(request) },
    { name: 'two threads', isAsync: true, run: () => evaluateOnTwo(request) },
    { name: 'one element, one thread', run: () => evaluate(single) },
  ]
  if (name === 'ristretto255-SHA512') {
    const peer = nobleOprf(name, SEED)
    const { request: theirs } = await peer.blind(inputs)
    // Noble has one thread; it stands beside both.
    for (const each of ['one thread', 'two threads']) {
      steps.push({ name: each, side: NOBLE, run: () => peer.evaluate(theirs) })
    }
  }
  const times = await timeSteps(group, steps, options)
  const rates = times
    .filter(time => time.name !== 'one element, one thread')
    .map(({ name: step, side, samples }) =>
      measurement(
        group,
        step,
        'elements/s',
        samples.map(ms => (batch * 1_000) / ms),
        side,
      ),
    )
  const median = (step: string) => times.find(time => time.name === step)?.summary.median ?? 0
  const further = (median('one thread') - median('one element, one thread')) / (batch - 1)
  return [...times, ...rates, measurement(group, 'each further element, one thread', 'ms', [further])]
}

/** Requests as bytes, and what answers them. */
function mixunServer(name: string, inputs: readonly Uint8Array[], pool: ComputePool) {
  const suite = oprfSuiteById(`oprf_${name}`)
  const key = deriveKeyPair(suite, 'voprf', SEED, new Uint8Array(0))
  const requestOf = (some: readonly Uint8Array[]) =>
    encodeBlindRequest(suite, blind(suite, 'voprf', some, systemRandom).message)
  return {
    request: requestOf(inputs),
    single: requestOf(inputs.slice(0, 1)),
    evaluate: (request: Uint8Array): Uint8Array => {
      const message = decodeBlindRequest(suite, request)
      return encodeEvaluateResponse(suite, 'voprf', evaluateWithProof(suite, key, message, systemRandom))
    },
    evaluateOnTwo: async (request: Uint8Array): Promise<Uint8Array> => {
      const message = decodeBlindRequest(suite, request)
      const response = await evaluateInPool(pool, suite, key, message, systemRandom)
      return encodeEvaluateResponse(suite, 'voprf', response)
    },
  }
}
