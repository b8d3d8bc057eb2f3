// Kernel beside reference: the fastest and the median of several rounds, in one process.
// Usage: node packages/core/src/kernel/group.bench.ts [rounds]
import { argv, stdout } from 'node:process'
import { type Group, ristretto255, ristretto255Reference, sm2, sm2Reference } from '../group/index.ts'
import { systemRandom } from '../random/index.ts'
import { ristretto255Module } from './generated/ristretto255.ts'
import { sm2Module } from './generated/sm2.ts'
import { loadGroupKernel } from './load.ts'

const ROUNDS = Number(argv[2] ?? 15)
const ROUND_MS = 20

const CASES = [
  { kernel: ristretto255, reference: ristretto255Reference, module: ristretto255Module },
  { kernel: sm2, reference: sm2Reference, module: sm2Module },
]

/** What is timed; each call is one operation. */
function operations(group: Group): Record<string, () => unknown> {
  const scalar = group.randomScalar(systemRandom)
  const other = group.randomScalar(systemRandom)
  const message = systemRandom.bytes(32)
  const dst = Uint8Array.from(Buffer.from('HashToGroup-bench'))
  const p = group.hashToGroup(message, dst)
  const q = group.multiplyBase(other)
  const bytes = group.encodeElement(p)
  return {
    multiply: () => group.multiply(p, scalar),
    multiplyBase: () => group.multiplyBase(scalar),
    combinePublic: () => group.combinePublic(p, scalar, q, other),
    hashToGroup: () => group.hashToGroup(message, dst),
    hashToScalar: () => group.hashToScalar(message, dst),
    encodeElement: () => group.encodeElement(p),
    decodeElement: () => group.decodeElement(bytes),
    multiplyScalars: () => group.multiplyScalars(scalar, other),
    invertScalar: () => group.invertScalar(scalar),
  }
}

/** Microseconds a call in one round of about ROUND_MS. */
function round(action: () => unknown): number {
  const start = performance.now()
  let calls = 0
  let elapsed = 0
  while (elapsed < ROUND_MS) {
    action()
    calls++
    elapsed = performance.now() - start
  }
  return (1_000 * elapsed) / calls
}

/** Rounds of both sides in turn, so that a disturbance meets both. */
function compare(kernel: () => unknown, reference: () => unknown): number[][] {
  const times: [number[], number[]] = [[], []]
  for (let i = 0; i < ROUNDS; i++) {
    times[0].push(round(kernel))
    times[1].push(round(reference))
  }
  return times.map(side => side.toSorted((a, b) => a - b))
}

for (const { kernel, reference, module } of CASES) {
  const start = performance.now()
  loadGroupKernel(module)
  const startUp = performance.now() - start
  stdout.write(`${module.name}: module ${module.bytes} bytes, start-up ${startUp.toFixed(1)} ms\n`)
  stdout.write('operation          kernel µs  median   reference µs  median    ratio of medians\n')
  const [fast, slow] = [operations(kernel), operations(reference)]
  for (const name of Object.keys(fast)) {
    const [a, b] = compare(fast[name] as () => unknown, slow[name] as () => unknown) as [number[], number[]]
    const median = (side: number[]): number => side[side.length >> 1] as number
    const figures = [a[0] as number, median(a), b[0] as number, median(b)].map(value => value.toFixed(1))
    const [aMin, aMedian, bMin, bMedian] = figures.map((text, i) =>
      text.padStart([10, 8, 15, 8][i] as number),
    )
    const ratio = (median(b) / median(a)).toFixed(1)
    stdout.write(`${name.padEnd(17)} ${aMin} ${aMedian}${bMin} ${bMedian} ${ratio.padStart(15)}\n`)
  }
}
