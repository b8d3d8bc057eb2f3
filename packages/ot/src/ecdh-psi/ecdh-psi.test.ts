import { createHash } from 'node:crypto'
import { concat, fromHex, toHex, utf8 } from '@mixun/core/bytes'
import { sm2 } from '@mixun/core/group'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { badElements } from '../testing/bad-encodings.ts'
import {
  decodeCipherBatch,
  decodeHandshakeRequest,
  decodeHandshakeResponse,
  encodeCipherBatch,
  encodeHandshakeRequest,
  encodeHandshakeResponse,
} from './codec.ts'
import { choose, confirm, propose } from './negotiate.ts'
import { ecdhPsiCurve25519, ecdhPsiSm2, ecdhPsiSuiteById, ecdhPsiSuites, requiredBits } from './params.ts'
import { encryptOwn, encryptPeer, intersect, startParty } from './party.ts'
import { hashToPoint } from './sm2-curve.ts'

const items = (...names: string[]) => names.map(name => utf8(name))

describe('Try-and-Increment on SM2', () => {
  const p = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn
  const b = 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n
  const power = (base: bigint, exponent: bigint): bigint => {
    let [result, square] = [1n, base % p]
    for (let rest = exponent; rest > 0n; rest >>= 1n) {
      if (rest & 1n) result = (result * square) % p
      square = (square * square) % p
    }
    return result
  }

  it('gives the first x from the hash on that is one of a point, with even y', () => {
    const tried = new Set<number>()
    for (let i = 0; i < 40; i++) {
      const item = utf8(`item ${i}`)
      let x = BigInt(`0x${createHash('sm3').update(item).digest('hex')}`) % p
      // Euler's criterion on y² = x³ − 3x + b, by another arithmetic than the kernel's.
      const isSquare = (v: bigint) => power(v ** 3n - 3n * v + b + 4n * p, (p - 1n) / 2n) <= 1n
      let increments = 0
      for (; !isSquare(x); increments++) x = (x + 1n) % p
      tried.add(increments)
      expect(toHex(sm2.encodeElement(hashToPoint(item)))).toBe(`02${x.toString(16).padStart(64, '0')}`)
    }
    expect(tried.size).toBeGreaterThan(2)
  })
})

describe.each(ecdhPsiSuites)('$id', suite => {
  const { curve } = suite
  const [a, b] = ['a', 'b'].map(name => curve.generateKey(seededRandom(name))) as [
    ReturnType<typeof curve.generateKey>,
    ReturnType<typeof curve.generateKey>,
  ]

  it('encrypts in either order alike, and different items differently', () => {
    const [x, y] = items('x', 'y') as [Uint8Array, Uint8Array]
    const both = (first: typeof a, second: typeof a, item: Uint8Array) =>
      toHex(second.encryptPoints(first.encryptItems([item]))[0] as Uint8Array)
    expect(both(a, b, x)).toBe(both(b, a, x))
    expect(both(a, b, x)).not.toBe(both(a, b, y))
    expect(a.encryptItems([x])[0]).toHaveLength(curve.pointBytes)
    expect([a.encryptItems([]), a.encryptPoints([])]).toEqual([[], []])
  })

  it('keeps the lowest bytes of x, as section 6.3.3 says', () => {
    const point = Uint8Array.from({ length: curve.pointBytes }, (_, i) => i)
    const lowest = suite === ecdhPsiSm2 ? [30, 31, 32] : [0, 1, 2]
    expect([...curve.truncate(point, 3)]).toEqual(lowest)
  })

  it('takes points and nothing else', () => {
    const small = ['00', '01', 'ed'].map(byte =>
      fromHex(byte + (byte === 'ed' ? `${'ff'.repeat(30)}7f` : '00'.repeat(31))),
    )
    const bad = suite === ecdhPsiSm2 ? Object.values(badElements.SM2 ?? {}) : small
    expect(bad.length).toBeGreaterThan(2)
    for (const point of bad) expectCode('ERR_DECODE_ELEMENT', () => a.encryptPoints([point]))
    expectCode('ERR_DECODE_LENGTH', () => a.encryptPoints([new Uint8Array(curve.pointBytes - 1)]))
  })

  it('finds what both have, at the positions of the caller', () => {
    const agreement = { suite, dualBytes: 12 }
    const mine = startParty(agreement, items('a', 'b', 'c', 'd', 'e'), seededRandom('mine'))
    const theirs = startParty(agreement, items('e', 'x', 'b', 'y'), seededRandom('theirs'))
    const [sent, received] = [encryptOwn(mine, 0, 5), encryptOwn(theirs, 0, 4)]
    const [dual, ownDual] = [encryptPeer(mine, received), encryptPeer(theirs, sent)]
    expect(intersect(mine, ownDual)).toEqual([1, 4])
    expect(intersect(theirs, dual)).toEqual([0, 2])
    expect(dual[0]).toHaveLength(12)
  })

  it('says nothing of an order, and takes a key of its own each run', () => {
    const list = items(...Array.from({ length: 30 }, (_, i) => `item ${i}`))
    const parties = ['one', 'two'].map(seed => startParty({ suite, dualBytes: 12 }, list, seededRandom(seed)))
    const [first, second] = parties.map(party => encryptOwn(party, 0, 30).map(toHex)) as [string[], string[]]
    expect(first.some(point => second.includes(point))).toBe(false)
    expect([...(parties[0]?.positions ?? [])]).not.toEqual(list.map((_, i) => i))
    expect([...(parties[0]?.positions ?? [])].toSorted((x, y) => x - y)).toEqual(list.map((_, i) => i))
  })

  it('refuses points that repeat or are its own, and a comparison of too few bits', () => {
    const party = startParty({ suite, dualBytes: 12 }, items('a', 'b'), seededRandom('repeat'))
    const own = encryptOwn(party, 0, 2)
    expectCode('ERR_PSI_REPEATED', () => encryptPeer(party, own))
    const peer = b.encryptItems(items('c', 'd'))
    encryptPeer(party, peer)
    expectCode('ERR_PSI_REPEATED', () => encryptPeer(party, peer.slice(1)))
    const twice = new Uint8Array(12)
    expectCode('ERR_PSI_REPEATED', () => intersect(party, [twice, twice]))
    expectCode('ERR_DECODE_LENGTH', () => intersect(party, [twice]))
    const short = { ...party, agreement: { suite, dualBytes: 3 } }
    expectCode('ERR_PSI_HANDSHAKE', () => intersect(short, [twice, Uint8Array.of(1)]))
  })
})

describe('the handshake', () => {
  const terms = { receiver: 'both' } as const

  it('has the bytes of the standard', () => {
    const request = encodeHandshakeRequest(propose({ ...terms, suites: [ecdhPsiSm2] }, 300))
    const ecc = ['0a0101', '1206080210011801', '1a0102', '2001'].join('')
    const io = ['0a0101', '10ac02', '18ffffffffffffffffff01'].join('')
    const any = (name: string, value: string) => {
      const url = utf8(`type.googleapis.com/org.interconnection.v2.${name}`)
      return toHex(
        concat(Uint8Array.of(0x0a, url.length), url, Uint8Array.of(0x12, value.length / 2), fromHex(value)),
      )
    }
    const field = (tag: string, value: string) => `${tag}${(value.length / 2).toString(16)}${value}`
    const expected = [
      '0802',
      '1a0101',
      '3a0101',
      field('42', any('protocol.EccProtocolProposal', ecc)),
      field('4a', any('algos.PsiDataIoProposal', io)),
    ]
    expect(toHex(request)).toBe(expected.join(''))
  })

  it('ends in the first suite that both have, and 96 bits', () => {
    const request = propose(terms, 10)
    const { agreement, message } = choose({ ...terms, suites: [ecdhPsiCurve25519] }, 20, request)
    expect(agreement).toEqual({ suite: ecdhPsiCurve25519, dualBytes: 12 })
    const received = decodeHandshakeResponse(encodeHandshakeResponse(message))
    expect(confirm(terms, 10, received)).toEqual(agreement)
    expect(choose(terms, 20, request).agreement?.suite).toBe(ecdhPsiSm2)
    expect(decodeHandshakeRequest(encodeHandshakeRequest(request))).toEqual(request)
  })

  it('compares whole points where a side cannot truncate', () => {
    const { agreement, message } = choose(terms, 20, { ...propose(terms, 10), canTruncate: false })
    expect(agreement?.dualBytes).toBe(33)
    expect(confirm(terms, 10, message).dualBytes).toBe(33)
  })

  it('asks for as many bits as section 6.3.3', () => {
    // The example of table 10: a billion items a side need 90 bits, which is 96 in whole bytes.
    expect(requiredBits(1e9, 1e9)).toBe(96)
    expect([requiredBits(0, 0), requiredBits(1, 1), requiredBits(2 ** 20, 2 ** 16)]).toEqual([32, 32, 72])
  })

  it.each([
    ['another version', { version: 1 }, 31_100_201],
    ['another algorithm', { algorithms: [2] }, 31_100_202],
    ['no common suite', { suits: [{ curve: 2, hash: 1, strategy: 10 }] }, 31_100_203],
    ['no common format', { formats: [3] }, 31_100_203],
    ['another receiver', { resultToRank: 0 }, 31_100_200],
    ['another rank', { requesterRank: 1 }, 31_100_200],
    ['too many items', { itemCount: 101 }, 31_100_200],
    ['a negative number of items', { itemCount: -1 }, 31_100_200],
  ])('is refused for %s, with the code of table 13: ERR_PSI_HANDSHAKE', (_, change, errorCode) => {
    const { agreement, message } = choose({ ...terms, maxPeerItems: 100 }, 5, {
      ...propose(terms, 10),
      ...change,
    })
    expect({ agreement, errorCode: message.errorCode }).toEqual({ agreement: null, errorCode })
    const received = decodeHandshakeResponse(encodeHandshakeResponse(message))
    const error = expectCode('ERR_PSI_HANDSHAKE', () => confirm(terms, 10, received))
    expect(error.details).toEqual({ errorCode })
  })

  it.each([
    ['a suite', { suit: { curve: 1, hash: 1, strategy: 3 } }],
    ['an algorithm', { algorithm: 2 }],
    ['a format', { format: 1 }],
    ['a receiver', { resultToRank: 1 }],
    ['no bits', { truncatedBits: 0 }],
    ['too few bits', { truncatedBits: 24 }],
    ['half a byte', { truncatedBits: 92 }],
    ['too many bits', { truncatedBits: 264 }],
  ])('does not end in %s that was not offered', (_, change) => {
    const { message } = choose(terms, 20, propose(terms, 10))
    expectCode('ERR_PSI_HANDSHAKE', () => confirm(terms, 10, { ...message, ...change }))
  })

  it('refuses messages without their parts', () => {
    for (const bytes of [new Uint8Array(0), fromHex('0802'), fromHex('080242020a00')]) {
      expectCode('ERR_DECODE_SCHEMA', () => decodeHandshakeRequest(bytes))
      expectCode('ERR_DECODE_SCHEMA', () => decodeHandshakeResponse(bytes.subarray(2)))
    }
  })

  it('knows its suites', () => {
    for (const suite of ecdhPsiSuites) expect(ecdhPsiSuiteById(suite.id)).toBe(suite)
    expectCode('ERR_PARAMETER_UNKNOWN', () => ecdhPsiSuiteById('ecdhpsi'))
  })
})

describe('a batch', () => {
  it('has the bytes of the standard and survives a round trip', () => {
    const batch = {
      type: 'dual.enc',
      index: 2,
      isLast: true,
      points: [Uint8Array.of(1, 2), Uint8Array.of(3, 4)],
    } as const
    const bytes = encodeCipherBatch(batch)
    expect(toHex(bytes)).toBe(`0a08${toHex(utf8('dual.enc'))}180220013002${'3a0401020304'}`)
    expect(decodeCipherBatch(bytes, { type: 'dual.enc', index: 2, pointBytes: 2 })).toEqual(batch)
  })

  it('may be empty where it is the last', () => {
    const empty = encodeCipherBatch({ type: 'enc', index: 0, isLast: true, points: [] })
    expect(decodeCipherBatch(empty, { type: 'enc', index: 0, pointBytes: 33 }).points).toEqual([])
  })
})
