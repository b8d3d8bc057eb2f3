import { utf8 } from '@mixun/core/bytes'
import type { Group } from '@mixun/core/group'
import { systemRandom } from '@mixun/core/random'
import { oprfSuiteById } from '@mixun/ot/oprf'
import { type CurvePoint, type CurvePointCons, mulAddUnsafe } from '@noble/curves/abstract/curve.js'
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js'
import { p256, p256_hasher } from '@noble/curves/nist.js'
import type { Measurement } from '../../harness/result.ts'
import { type Step, timeSteps, type TimeStepsOptions } from '../../harness/time-steps.ts'
import { NOBLE } from '../../peers/noble.ts'
import type { SuiteName } from '../../peers/verifiable-oprf.ts'

const dst = utf8('mixun-bench')
const message = utf8('resident-id:990101199001010006')

/** Operations of the suite's group, beside the fastest calls of @noble/curves for the same. */
export function timeGroup(suite: SuiteName, options: TimeStepsOptions): Promise<Measurement[]> {
  const { group } = oprfSuiteById(`oprf_${suite}`)
  const reference =
    suite === 'P256-SHA256'
      ? nobleSteps(p256.Point, p256_hasher)
      : nobleSteps(ristretto255.Point, ristretto255_hasher)
  return timeSteps(`${suite}, group operations`, pair(ownSteps(group), reference), options)
}

function ownSteps(group: Group): Step[] {
  const scalar = group.randomScalar(systemRandom)
  const other = group.randomScalar(systemRandom)
  const point = group.hashToGroup(message, dst)
  const second = group.hashToGroup(dst, dst)
  const bytes = group.encodeElement(point)
  return [
    { name: 'multiply', run: () => group.multiply(point, scalar) },
    { name: 'multiply base', run: () => group.multiplyBase(scalar) },
    { name: 'combine two (public)', run: () => group.combinePublic(point, scalar, second, other) },
    { name: 'hash to group', run: () => group.hashToGroup(message, dst) },
    { name: 'invert scalar', run: () => group.invertScalar(scalar) },
    { name: 'encode element', run: () => group.encodeElement(group.add(point, point)) },
    { name: 'decode element', run: () => group.decodeElement(bytes) },
  ]
}

function nobleSteps<P extends CurvePoint<bigint, P>>(
  Point: CurvePointCons<P>,
  hasher: { hashToCurve(message: Uint8Array, options: { DST: Uint8Array }): P },
): Step[] {
  const scalar = Point.Fn.create(BigInt(`0x${'5a'.repeat(31)}`))
  const other = Point.Fn.create(BigInt(`0x${'c3'.repeat(31)}`))
  const point = hasher.hashToCurve(message, { DST: dst })
  const second = hasher.hashToCurve(dst, { DST: dst })
  const bytes = point.toBytes()
  const steps: Step[] = [
    { name: 'multiply', run: () => point.multiply(scalar) },
    { name: 'multiply base', run: () => Point.BASE.multiply(scalar) },
    { name: 'combine two (public)', run: () => mulAddUnsafe(Point, [point, second], [scalar, other]) },
    { name: 'hash to group', run: () => hasher.hashToCurve(message, { DST: dst }) },
    { name: 'invert scalar', run: () => Point.Fn.inv(scalar) },
    { name: 'encode element', run: () => point.add(point).toBytes() },
    { name: 'decode element', run: () => Point.fromBytes(bytes) },
  ]
  return steps.map(step => ({ ...step, side: NOBLE }))
}

/** Each operation's sides next to each other, so that they run close in time. */
function pair(own: readonly Step[], reference: readonly Step[]): Step[] {
  return own.flatMap((step, i) => [step, reference[i] as Step])
}
