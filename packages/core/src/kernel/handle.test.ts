import { inspect } from 'node:util'
import { serialize } from 'node:v8'
import { expect, it } from 'vitest'
import { toHex } from '../bytes/index.ts'
import { ristretto255 } from '../group/index.ts'
import { expectCode } from '../testing/index.ts'
import { Handle, openHandle } from './handle.ts'

it('shows its bytes to nothing that prints, serialises, lists or clones it', () => {
  const bytes = new Uint8Array(32).fill(0xa7)
  const handle = new Handle('group scalar', bytes)
  expect(openHandle('group scalar', handle)).toBe(bytes)
  const seen = [inspect(handle, { showHidden: true }), JSON.stringify(handle), String(Object.values(handle))]
  expect(seen.join()).not.toMatch(/a7|167/)
  expect(toHex(serialize(handle))).not.toContain('a7a7')
  expect(inspect(structuredClone(handle))).not.toMatch(/a7|167/)
  expectCode('ERR_INPUT_RANGE', () => openHandle('group scalar', structuredClone(handle)))
  expectCode('ERR_INPUT_RANGE', () => openHandle('other scalar', handle))
})

it('stands for every element of a kernel group', () => {
  expect(Object.values(ristretto255.generator())).toEqual(['ristretto255 element'])
})
