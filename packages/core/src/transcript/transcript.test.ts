import { describe, expect, it } from 'vitest'
import { concat, i2osp, toHex, utf8 } from '../bytes/index.ts'
import { intl } from '../suite/index.ts'
import { Transcript } from './index.ts'

function digestOf(domain: string, ...messages: readonly [label: string, text: string][]): string {
  const transcript = new Transcript(intl, domain)
  for (const [label, text] of messages) transcript.absorb(label, utf8(text))
  return toHex(transcript.digest())
}

describe('transcript', () => {
  it('is the hash chain that its comment says', () => {
    const start = intl.hash(utf8('mixun-transcript-1\0test'))
    const next = intl.hash(concat(start, i2osp(5, 2), utf8('label'), i2osp(3, 4), utf8('abc')))
    expect(digestOf('test')).toBe(toHex(start))
    expect(digestOf('test', ['label', 'abc'])).toBe(toHex(next))
  })

  it('is equal on both sides that saw the same', () => {
    expect(digestOf('d', ['a', '1'], ['b', '2'])).toBe(digestOf('d', ['a', '1'], ['b', '2']))
  })

  it('differs by domain, label, message, order and boundaries', () => {
    const digests = [
      digestOf('d', ['a', '12'], ['b', '3']),
      digestOf('e', ['a', '12'], ['b', '3']),
      digestOf('d', ['c', '12'], ['b', '3']),
      digestOf('d', ['a', '13'], ['b', '3']),
      digestOf('d', ['b', '3'], ['a', '12']),
      digestOf('d', ['a1', '2'], ['b', '3']),
      digestOf('d', ['a', '1'], ['b', '23']),
      digestOf('d', ['a', '12']),
      digestOf('d', ['a', '12'], ['b', '3'], ['', '']),
    ]
    expect(new Set(digests).size).toBe(digests.length)
  })

  it('hands out digests that do not change it', () => {
    const transcript = new Transcript(intl, 'd')
    transcript.digest().fill(0)
    expect(toHex(transcript.digest())).toBe(digestOf('d'))
  })
})
