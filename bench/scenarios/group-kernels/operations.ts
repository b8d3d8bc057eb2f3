import { compareBytes, utf8 } from '@mixun/core/bytes'
import type { Group } from '@mixun/core/group'
import { seededRandom } from '@mixun/core/testing'
import { OWN_SIDE } from '../../harness/result.ts'
import type { Step } from '../../harness/time-steps.ts'

const dst = utf8('mixun-bench')
const message = utf8('resident-id:990101199001010006')

/** Terms of the long public sum, as in the proof of a batch. */
const TERMS = 100

/** The operations of a kernel and of its reference, in turn. @throws when they do not agree */
export function groupSteps(kernel: Group, reference: Group, referenceSide: string): Step[] {
  const [own, other] = [operations(kernel, OWN_SIDE), operations(reference, referenceSide)]
  return own.flatMap(({ step, result }, i) => {
    const beside = other[i] as Operation
    if (compareBytes(result(), beside.result()) !== 0) {
      throw new Error(`${kernel.id}, ${step.name}: expected one result of kernel and reference`)
    }
    return [step, beside.step]
  })
}

interface Operation {
  readonly step: Step
  /** The bytes that a run gives. */
  readonly result: () => Uint8Array
}

function operations(group: Group, side: string): Operation[] {
  // The same values on both sides.
  const random = seededRandom(`bench ${group.id}`)
  const [scalar, other] = [group.randomScalar(random), group.randomScalar(random)]
  const point = group.hashToGroup(message, dst)
  const second = group.hashToGroup(dst, dst)
  const bytes = group.encodeElement(point)
  const scalars = Array.from({ length: TERMS }, () => group.randomScalar(random))
  const points = group.multiplyBaseBatch(scalars)
  const element = (name: string, run: () => ReturnType<Group['generator']>): Operation => ({
    step: { name, side, run },
    result: () => group.encodeElement(run()),
  })
  const inverse = () => group.invertScalar(scalar)
  const encoded = () => group.encodeElement(group.add(point, point))
  return [
    element('multiply, variable base', () => group.multiply(point, scalar)),
    element('multiply, fixed base', () => group.multiplyBase(scalar)),
    element('two multiples added (public)', () => group.combinePublic(point, scalar, second, other)),
    element(`${TERMS} multiples added (public)`, () => group.sumPublic(points, scalars)),
    element('hash to group', () => group.hashToGroup(message, dst)),
    element('decode element', () => group.decodeElement(bytes)),
    { step: { name: 'encode element', side, run: encoded }, result: encoded },
    { step: { name: 'invert scalar', side, run: inverse }, result: () => group.encodeScalar(inverse()) },
  ]
}
