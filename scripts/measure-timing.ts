// Times group operations with a fixed and with random secrets, in random order, and compares the classes by Welch's t
// (dudect, eprint 2016/1123). Says for each operation the smallest difference that the run would have found. Operations
// marked "control" take variable time: a run that finds none of them proves nothing about the others.
//
// A measurement, not a test: it depends on the machine and its load. Not finding a leak bounds it by the detectable
// difference, for these secrets, on this machine and engine; it proves no more.
//
// Usage: node scripts/measure-timing.ts [samples] [group…]
import { argv, exit, stdout } from 'node:process'
import {
  type Element,
  type Group,
  ristretto255,
  ristretto255Reference,
  sm2,
  sm2Reference,
} from '../packages/core/src/group/index.ts'
import { systemRandom } from '../packages/core/src/random/index.ts'
import { compareClasses, LEAK_THRESHOLD } from './lib/welch.ts'

interface Measured {
  readonly name: string
  readonly isControl: boolean
  /** Prepares one call with the fixed secret or with a fresh one; only the call is timed. */
  readonly prepare: (isFixed: boolean) => () => unknown
}

const PAIRS = [
  { kernel: ristretto255, reference: ristretto255Reference },
  { kernel: sm2, reference: sm2Reference },
]
const WARM_UP = 400

const samples = Number(argv[2] ?? 20_000)
const wanted = argv.slice(3)
let leaks = 0
let isConclusive = true
for (const { kernel, reference } of PAIRS) {
  if (wanted.length > 0 && !wanted.includes(kernel.id)) continue
  stdout.write(`${kernel.id}: ${samples} samples an operation, |t| ≥ ${LEAK_THRESHOLD} is a leak\n`)
  stdout.write('operation, fixed secret                      mean µs   |t|  difference ns  detectable ns\n')
  leaks += operations(kernel).filter(report).length
  isConclusive &&= controls(kernel, reference).filter(report).length > 0
}
stdout.write(
  isConclusive ? `${leaks} leaks found\n` : 'inconclusive: no control was found; take more samples\n',
)
exit(leaks > 0 || !isConclusive ? 1 : 0)

/** Measures, prints a line and says whether a difference was found. */
function report(measured: Measured): boolean {
  const { t, difference, mean, detectable } = measure(measured)
  const isFound = Math.abs(t) >= LEAK_THRESHOLD
  const cells = [
    measured.name.padEnd(43),
    (mean / 1_000).toFixed(2).padStart(8),
    Math.abs(t).toFixed(1).padStart(5),
    difference.toFixed(1).padStart(14),
    `${detectable.toFixed(1)} (${((100 * detectable) / mean).toFixed(2)} %)`.padStart(18),
    measured.isControl ? `control, ${isFound ? '' : 'not '}found` : isFound ? 'LEAK' : '',
  ]
  stdout.write(`${cells.join(' ').trimEnd()}\n`)
  return isFound
}

function measure({ prepare }: Measured): ReturnType<typeof compareClasses> {
  const times: [number[], number[]] = [[], []]
  for (let i = 0; i < samples + WARM_UP; i++) {
    const isFixed = ((systemRandom.bytes(1)[0] as number) & 1) === 0
    const call = prepare(isFixed)
    const start = process.hrtime.bigint()
    call()
    const elapsed = Number(process.hrtime.bigint() - start)
    if (i >= WARM_UP) times[isFixed ? 0 : 1].push(elapsed)
  }
  return compareClasses(times[0], times[1])
}

function operations(group: Group): Measured[] {
  const point = group.hashToGroup(Uint8Array.of(1), Uint8Array.of(2))
  const withScalar = (
    name: string,
    fixed: Uint8Array,
    run: (scalar: ReturnType<Group['decodeScalar']>) => unknown,
  ): Measured => ({
    name,
    isControl: false,
    prepare(isFixed) {
      const random = group.encodeScalar(group.randomScalar(systemRandom))
      const scalar = group.decodeScalar(isFixed ? fixed : random)
      return () => run(scalar)
    },
  })
  const some = group.encodeScalar(group.randomScalar(systemRandom))
  const fixedMessage = systemRandom.bytes(32)
  return [
    withScalar('multiply, 1', one(group), scalar => group.multiply(point, scalar)),
    withScalar('multiply, n − 1', minusOne(group), scalar => group.multiply(point, scalar)),
    withScalar('multiply, some scalar', some, scalar => group.multiply(point, scalar)),
    withScalar('multiplyBase, 1', one(group), scalar => group.multiplyBase(scalar)),
    withScalar('multiplyBase, some scalar', some, scalar => group.multiplyBase(scalar)),
    withScalar('invertScalar, 1', one(group), scalar => group.invertScalar(scalar)),
    withScalar('multiplyScalars, 1', one(group), scalar => group.multiplyScalars(scalar, scalar)),
    {
      name: 'encodeElement, some element',
      isControl: false,
      prepare(isFixed) {
        // A fresh handle in either class: one that stays in the cache would show.
        const random = group.encodeScalar(group.randomScalar(systemRandom))
        const element = group.multiplyBase(group.decodeScalar(isFixed ? some : random))
        return () => group.encodeElement(element)
      },
    },
    {
      name: 'hashToGroup, some message',
      isControl: false,
      prepare(isFixed) {
        const random = systemRandom.bytes(32)
        const message = isFixed ? Uint8Array.from(fixedMessage) : random
        return () => group.hashToGroup(message, fixedMessage)
      },
    },
  ]
}

/** Operations of variable time, which the harness has to find. */
function controls(kernel: Group, reference: Group): Measured[] {
  const control = (name: string, group: Group, run: (scalar: Uint8Array) => () => unknown): Measured => {
    const fixed = group.encodeScalar(group.randomScalar(systemRandom)).fill(0, 12, 20)
    return {
      name,
      isControl: true,
      prepare(isFixed) {
        const random = group.encodeScalar(group.randomScalar(systemRandom))
        return run(isFixed ? fixed : random)
      },
    }
  }
  const point = (group: Group): Element => group.hashToGroup(Uint8Array.of(1), Uint8Array.of(2))
  const [p, q] = [point(kernel), point(reference)]
  return [
    control('combinePublic, 8 bytes zero', kernel, bytes => {
      const scalar = kernel.decodeScalar(bytes)
      return () => kernel.combinePublic(p, scalar, p, scalar)
    }),
    control('reference multiply, 8 bytes zero', reference, bytes => {
      const scalar = reference.decodeScalar(bytes)
      return () => reference.multiply(q, scalar)
    }),
  ]
}

function one(group: Group): Uint8Array {
  const generator = group.hashToScalar(Uint8Array.of(1), Uint8Array.of(2))
  return group.encodeScalar(group.multiplyScalars(generator, group.invertScalar(generator)))
}

function minusOne(group: Group): Uint8Array {
  const unit = group.decodeScalar(one(group))
  return group.encodeScalar(group.subtractScalars(group.subtractScalars(unit, unit), unit))
}
