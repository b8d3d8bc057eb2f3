import { describe, expect, it } from 'vitest'
import { toHex } from '../bytes/index.ts'
import { seededRandom } from '../testing/index.ts'
import { systemRandom } from './index.ts'

describe('random sources', () => {
  it('fill every byte, beyond the limit of one call to the system', () => {
    const length = 200_000
    const bytes = systemRandom.bytes(length)
    expect(bytes).toHaveLength(length)
    // 32 zero bytes in a row anywhere would mean a part that was left out.
    expect(toHex(bytes)).not.toContain('00'.repeat(32))
    expect(systemRandom.bytes(0)).toHaveLength(0)
  })

  it('do not repeat', () => {
    expect(toHex(systemRandom.bytes(32))).not.toBe(toHex(systemRandom.bytes(32)))
  })

  it('repeat with the same seed in tests only', () => {
    const [first, second, other] = [seededRandom('a'), seededRandom('a'), seededRandom('b')]
    expect(first.bytes(70)).toEqual(second.bytes(70))
    expect(first.bytes(70)).toEqual(second.bytes(70))
    expect(toHex(seededRandom('a').bytes(32))).not.toBe(toHex(other.bytes(32)))
  })
})
