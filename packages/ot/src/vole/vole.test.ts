import { toHex } from '@mixun/core/bytes'
import { referenceGf2 } from '@mixun/core/gf2'
import type { Session } from '@mixun/core/session'
import { referenceSparse, type SparseKernelFactory, wasmSparse } from '@mixun/core/sparse'
import { expectCode, expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { tamperedSession, type Tamper } from '../testing/adversary/tampered-session.ts'
import { dealtSetups } from '../testing/dealt-setups.ts'
import { sessionPair } from '../testing/sessions.ts'
import { encodeDual } from './code.ts'
import { treePermutations } from './derive.ts'
import {
  MAX_VOLE_COUNT,
  type ReceivedVole,
  runVoleReceiver,
  runVoleSender,
  type SentVole,
  VOLE_PROTOCOL,
  type VoleParameters,
  voleParameters,
  voleParametersById,
  voleShape,
} from './index.ts'
import { growPuncturedTree, growTree, pathBits } from './tree.ts'

/** So few trees that a run is quick, and enough of them that no two outputs are alike. */
const small = (parameters: VoleParameters): VoleParameters => ({ ...parameters, trees: 96, minCount: 300 })
const malicious = small(voleParametersById('vole_ec21x24_t400_malicious'))

/** The hello carries the time, and what is derived from its transcript with it. */
const NOW = 1_767_225_600_000

type Tampers = { sender?: Tamper; receiver?: Tamper }

async function run(
  parameters: VoleParameters,
  count: number,
  tampers: Tampers = {},
  seed = 'vole',
  makeKernel: SparseKernelFactory = wasmSparse,
) {
  const setups = dealtSetups(parameters.extension, seed)
  const sessions = await sessionPair({
    protocol: VOLE_PROTOCOL,
    parameters: parameters.id,
    seed,
    now: () => NOW,
  })
  const wrap = (session: Session, tamper?: Tamper) =>
    tamper === undefined ? session : tamperedSession(session, () => tamper)
  const end = async <T>(session: Session, running: Promise<T>): Promise<T> => {
    try {
      return await running
    } catch (error) {
      await session.refuse(error)
      throw error
    }
  }
  const [sent, received] = await Promise.allSettled([
    end(
      sessions.client,
      runVoleSender(wrap(sessions.client, tampers.sender), setups.sender, parameters, count, { makeKernel }),
    ),
    end(
      sessions.server,
      runVoleReceiver(wrap(sessions.server, tampers.receiver), setups.receiver, parameters, count, {
        makeKernel,
      }),
    ),
  ])
  return { sent, received, setups }
}

/** Positions at which w = Δ · u + v does not hold, out of those looked at. */
function wrongPositions({ delta, v }: SentVole, { u, w }: ReceivedVole, step = 1): number[] {
  const kernel = referenceGf2(48)
  const wrong: number[] = []
  for (let i = 0; i < v.length / 16; i += step) {
    const at = (bytes: Uint8Array) => bytes.subarray(16 * i, 16 * i + 16)
    kernel.memory.set(delta)
    kernel.memory.set(at(u), 16)
    kernel.multiply(32, 0, 16)
    const expected = kernel.memory.slice(32, 48).map((byte, j) => byte ^ (at(v)[j] as number))
    if (toHex(expected) !== toHex(at(w))) wrong.push(i)
  }
  return wrong
}

const valueOf = <T>(result: PromiseSettledResult<T>): T => {
  if (result.status === 'rejected') throw result.reason
  return result.value
}
const codeOf = (result: PromiseSettledResult<unknown>): unknown =>
  result.status === 'rejected' ? (result.reason as { code: string }).code : 'fulfilled'

describe('a VOLE', () => {
  it.each(voleParameters.flatMap(parameters => [1, 300, 777].map(count => ({ parameters, count }))))(
    'has w = Δ · u + v everywhere: $parameters.id, $count',
    async ({ parameters, count }) => {
      const { sent, received } = await run(small(parameters), count)
      const [sender, receiver] = [valueOf(sent), valueOf(received)]
      expect(receiver.u).toHaveLength(16 * count)
      expect(wrongPositions(sender, receiver)).toEqual([])
      // All outputs differ: no zeros, no repetition.
      for (const bytes of [receiver.u, receiver.w, sender.v]) {
        const elements = Array.from({ length: count }, (_, i) => toHex(bytes.subarray(16 * i, 16 * i + 16)))
        expect(new Set(elements).size).toBe(count)
      }
    },
  )

  it('is the same on either kernel', async () => {
    const [one, other] = await Promise.all(
      [wasmSparse, referenceSparse].map(async makeKernel => {
        const { sent, received } = await run(malicious, 30, {}, 'kernels', makeKernel)
        return [valueOf(sent).v, valueOf(received).u, valueOf(received).w].map(toHex)
      }),
    )
    expect(one).toEqual(other)
  })

  it('holds at the sizes of the parameters', async () => {
    const { sent, received } = await run(voleParametersById('vole_ec21x24_t400_malicious'), 20_000)
    expect(wrongPositions(valueOf(sent), valueOf(received), 37)).toEqual([])
  })
})

describe('a sender who cheats', () => {
  // Its frames: the trees, the commitment, the opening.
  const change =
    (index: number, at: number): Tamper =>
    (frame, i) => [i === index ? frame.with(at, (frame[at] as number) ^ 1) : frame]
  const { depth } = voleShape(malicious, 300)
  const sumsBytes = malicious.trees * depth * 32

  it.each([
    ['in the last sums of a tree, both sides', 'both'],
    ['in a correction', sumsBytes + 5],
    ['in the correction of the last tree', sumsBytes + 16 * malicious.trees - 1],
  ])('is found out: %s', async (_, at) => {
    const tamper: Tamper = (frame, i) => {
      if (i !== 0) return [frame]
      if (typeof at === 'number') return [frame.with(at, (frame[at] as number) ^ 1)]
      const changed = frame.slice()
      for (const side of [0, 16])
        changed[32 * (depth - 1) + side] = (changed[32 * (depth - 1) + side] as number) ^ 1
      return [changed]
    }
    const { sent, received, setups } = await run(malicious, 300, { sender: tamper })
    // The honest half of the sender notices as well, since the receiver's answer is not its own.
    expect(codeOf(sent)).toBe('ERR_VERIFY_VOLE')
    expect(codeOf(received)).toBe('ERR_PEER_REFUSED')
    expect(setups.receiver.isUsable).toBe(false)
    expect(setups.sender.isUsable).toBe(false)
  })

  it('gets through with one side of a sum for half of the receivers: ERR_VERIFY_VOLE', async () => {
    const results = await Promise.all(
      Array.from({ length: 24 }, (_, i) => run(malicious, 1, { sender: change(0, 32) }, `guess ${i}`)),
    )
    const codes = results.map(({ sent }) => codeOf(sent))
    expect(new Set(codes)).toEqual(new Set(['fulfilled', 'ERR_VERIFY_VOLE']))
    const wrong = results.flatMap(({ sent, received }) =>
      sent.status === 'fulfilled' ? wrongPositions(sent.value, valueOf(received)) : [],
    )
    expect(wrong).toEqual([])
  })

  it('cannot take the answer of the receiver for its own', async () => {
    for (const index of [1, 2]) {
      const { received, setups } = await run(malicious, 300, { sender: change(index, 3) })
      expect(codeOf(received)).toBe('ERR_VERIFY_VOLE')
      expect(setups.receiver.isUsable).toBe(false)
    }
  })

  it('is not looked for in the semi-honest set', async () => {
    const { sent, received } = await run(small(voleParameters[0] as VoleParameters), 300, {
      sender: change(0, sumsBytes + 16 * malicious.trees - 1),
    })
    expect(wrongPositions(valueOf(sent), valueOf(received)).length).toBeGreaterThan(100)
  })
})

describe('a receiver who cheats', () => {
  // Its frames: the setup's id, two chunks, choices, the challenge, the answer.
  it.each([
    ['a masked sum that is not its own', 4, 20],
    ['a wrong answer', 5, 0],
  ])('is found out: %s', async (_, index, at) => {
    const tamper: Tamper = (frame, i) => [i === index ? frame.with(at, (frame[at] as number) ^ 1) : frame]
    const { sent, setups } = await run(malicious, 300, { receiver: tamper })
    expect(codeOf(sent)).toBe('ERR_VERIFY_VOLE')
    expect(setups.sender.isUsable).toBe(false)
    await expectCodeAsync(
      'ERR_STATE_CONSUMED',
      (async () => setups.sender.sessionSeeds(new Uint8Array(32)))(),
    )
  })
})

describe('frames of another length', () => {
  it.each([
    ['sender', 0],
    ['sender', 1],
    ['sender', 2],
    ['receiver', 3],
    ['receiver', 4],
    ['receiver', 5],
  ] as const)('%s, frame %i: ERR_DECODE_LENGTH', async (role, index) => {
    for (const cut of [(f: Uint8Array) => f.subarray(1), (f: Uint8Array) => Uint8Array.of(...f, 0)]) {
      const { sent, received, setups } = await run(malicious, 300, {
        [role]: (frame: Uint8Array, i: number) => [i === index ? cut(frame) : frame],
      })
      const [honest, setup] =
        role === 'sender' ? [received, setups.receiver] : ([sent, setups.sender] as const)
      expect(codeOf(honest)).toMatch(/^ERR_DECODE_(LENGTH|TRAILING)$/)
      expect(setup.isUsable).toBe(false)
    }
  })
})

describe('a tree', () => {
  const permutations = treePermutations(seededRandom('tag').bytes(32), 3)

  it.each([2, 3, 5, 8, 37])('of %i leaves is the same but for its hole', leaves => {
    const root = seededRandom('root').bytes(16)
    const grown = growTree(permutations, root, leaves)
    for (let hole = 0; hole < leaves; hole++) {
      const sums = pathBits(hole, grown.sums.length / 2).map(
        (bit, l) => grown.sums[2 * l + (bit ^ 1)] as Uint8Array,
      )
      const expected = grown.leaves.slice()
      expected.fill(0, 16 * hole, 16 * hole + 16)
      expect(toHex(growPuncturedTree(permutations, sums, hole, leaves).leaves)).toBe(toHex(expected))
    }
    const distinct = Array.from({ length: leaves }, (_, i) =>
      toHex(grown.leaves.subarray(16 * i, 16 * i + 16)),
    )
    expect(new Set(distinct).size).toBe(leaves)
  })

  it.each([2, 3, 5, 8, 37, 82])(
    'of %i leaves has a hole on every path, also on those behind its leaves',
    leaves => {
      const grown = growTree(permutations, seededRandom('root').bytes(16), leaves)
      const depth = grown.sums.length / 2
      for (let path = 0; path < 2 ** depth; path++) {
        const sums = pathBits(path, depth).map((bit, l) => grown.sums[2 * l + (bit ^ 1)] as Uint8Array)
        const { leaves: known, total } = growPuncturedTree(permutations, sums, path, leaves)
        // Who had the total would have the sender's base element, and with it Δ.
        expect(toHex(total)).not.toBe(toHex(grown.total))
        expect(known).toHaveLength(grown.leaves.length)
      }
    },
  )
})

describe('the code', () => {
  const shape = voleShape(malicious, 310)
  const vector = (seed: string) => seededRandom(seed).bytes(16 * shape.length)

  it('is linear, on either kernel alike, and mixes every position into many outputs', () => {
    const [a, b] = [vector('a'), vector('b')]
    const sum = a.map((byte, i) => byte ^ (b[i] as number))
    const [x, y, z] = encodeDual(malicious, shape, [a, b, sum], wasmSparse) as [
      Uint8Array,
      Uint8Array,
      Uint8Array,
    ]
    expect(toHex(x.map((byte, i) => byte ^ (y[i] as number)))).toBe(toHex(z))
    expect(toHex(encodeDual(malicious, shape, [a], referenceSparse)[0] as Uint8Array)).toBe(toHex(x))
    for (const at of [shape.outputs, shape.length - 1, shape.length - 20]) {
      const unit = new Uint8Array(16 * shape.length)
      unit[16 * at] = 1
      const [image] = encodeDual(malicious, shape, [unit], wasmSparse) as [Uint8Array]
      const weight = image.filter(byte => byte !== 0).length
      expect(weight).toBeGreaterThan(shape.count / 3)
    }
  })
})

it('refuses counts that no VOLE has: ERR_INPUT_RANGE, and unknown parameters: ERR_PARAMETER_UNKNOWN', () => {
  for (const count of [0, -1, 1.5, MAX_VOLE_COUNT + 1]) {
    expectCode('ERR_INPUT_RANGE', () => voleShape(malicious, count))
  }
  expectCode('ERR_PARAMETER_UNKNOWN', () => voleParametersById('vole_silver'))
})

describe('the code', () => {
  it('is one over GF(2^128): no bit of its outputs follows from that bit of the noise alone', () => {
    const shape = voleShape(malicious, 300)
    const noise = new Uint8Array(16 * shape.length)
    const isNoisy = seededRandom('noise').bytes(shape.length)
    for (let i = 0; i < shape.length; i++) noise[16 * i] = (isNoisy[i] as number) & 1
    const [outputs] = encodeDual(malicious, shape, [noise], wasmSparse) as [Uint8Array]
    // A code whose coefficients are bits leaves the other 127 bits of every output zero.
    for (let bit = 0; bit < 128; bit++) {
      const isSet = (i: number) => (((outputs[16 * i + (bit >>> 3)] as number) >>> (bit & 7)) & 1) === 1
      const count = Array.from({ length: shape.count }, (_, i) => i).filter(isSet).length
      expect(count).toBeGreaterThan(shape.count / 4)
    }
  })
})
