import { compareBytes, utf8 } from '@mixun/core/bytes'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { type Step, timeSteps, type TimeStepsOptions } from '../../harness/time-steps.ts'
import type { SuiteName, VerifiableOprf } from '../../peers/verifiable-oprf.ts'

const input = utf8('resident-id:990101199001010006')

/** Every implementation must give the same outputs before any is timed. @throws when they differ */
export async function checkAgreement(peers: readonly VerifiableOprf[]): Promise<void> {
  const outputs = await Promise.all(
    peers.map(async peer => {
      const { state, request } = await peer.blind([input])
      const [output] = await peer.finalize(state, await peer.evaluate(request))
      return [output, await peer.evaluateInput(input)]
    }),
  )
  const [first] = outputs[0] ?? []
  const isSame = outputs.flat().every(output => {
    return output !== undefined && first !== undefined && compareBytes(output, first) === 0
  })
  if (!isSame) throw new Error('expected one output of all implementations for one key and input')
}

/** The four steps for one input, on every side. */
export function timeSingle(
  suite: SuiteName,
  peers: readonly VerifiableOprf[],
  options: TimeStepsOptions,
): Promise<Measurement[]> {
  return timeSteps(`${suite}, one input`, stepsOf(peers, [input]), options)
}

/** Evaluation and finalisation of a batch under one proof, and what one more element costs. */
export async function timeBatch(
  suite: SuiteName,
  peers: readonly VerifiableOprf[],
  single: readonly Measurement[],
  options: TimeStepsOptions & { readonly count: number },
): Promise<Measurement[]> {
  const { count } = options
  const inputs = Array.from({ length: count }, (_, i) => utf8(`resident-id:99010119900101${i}`))
  const steps = stepsOf(peers, inputs).filter(step => step.name in MARGINAL_NAMES)
  const group = `${suite}, ${count} inputs under one proof`
  const measured = await timeSteps(group, steps, options)
  const marginal = measured.map(({ name, side, summary }) => {
    const one = single.find(each => each.name === name && each.side === side)?.summary.median ?? 0
    const perElement = (summary.median - one) / (count - 1)
    return measurement(group, MARGINAL_NAMES[name] as string, 'ms', [perElement], side)
  })
  return [...measured, ...marginal]
}

const MARGINAL_NAMES: Readonly<Record<string, string>> = {
  'evaluate with proof': 'evaluate, each further element',
  finalize: 'finalize, each further element',
}

function stepsOf(peers: readonly VerifiableOprf[], inputs: readonly Uint8Array[]): Step[] {
  return ['blind', 'evaluate with proof', 'finalize', 'plain evaluate'].flatMap(name =>
    peers.map(peer => stepOf(name, peer, inputs)),
  )
}

function stepOf(name: string, peer: VerifiableOprf, inputs: readonly Uint8Array[]): Step {
  const { side, isAsync } = peer
  const about = { name, side, isAsync }
  if (name === 'blind') return { ...about, run: () => peer.blind(inputs) }
  if (name === 'plain evaluate') return { ...about, run: () => peer.evaluateInput(inputs[0] as Uint8Array) }
  let state: unknown
  let message: unknown
  if (name === 'evaluate with proof') {
    const prepare = async () => {
      message ??= (await peer.blind(inputs)).request
    }
    return { ...about, prepare, run: () => peer.evaluate(message) }
  }
  // A client's state serves one finalisation.
  const prepare = async () => {
    const blinded = await peer.blind(inputs)
    state = blinded.state
    message = await peer.evaluate(blinded.request)
  }
  return { ...about, prepare, run: () => peer.finalize(state, message) }
}

/** Bytes on the wire of a batch of `count`, ours. */
export async function messageSizes(
  suite: SuiteName,
  peers: readonly VerifiableOprf[],
): Promise<Measurement[]> {
  const own = peers.find(({ side }) => side === OWN_SIDE)
  if (own === undefined) return []
  const { request } = await own.blind([input])
  const response = await own.evaluate(request)
  return Object.entries({ request, response }).map(([name, bytes]) =>
    measurement(`${suite}, one input`, name, 'bytes', [(bytes as Uint8Array).length]),
  )
}
