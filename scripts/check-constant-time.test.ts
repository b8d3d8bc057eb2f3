import { describe, expect, it } from 'vitest'
import { checkConstantTime } from './check-constant-time.ts'
import { compileKernel, KERNEL_NAMES } from './lib/compile-kernel.ts'
import { parseWasmText } from './lib/wasm-text.ts'

describe.each(KERNEL_NAMES)('kernel %s', async name => {
  const { text } = await compileKernel(name)

  it('keeps secrets out of branches, addresses and variable-time operands', () => {
    const { entries, functions, leaks } = checkConstantTime(text)
    expect(leaks).toEqual([])
    expect(entries).toEqual(expect.arrayContaining(['multiply', 'multiplyBase', 'decode', 'invertScalar']))
    expect(functions).toBeGreaterThan(30)
  })

  it('would not pass with its variable-time functions', () => {
    const { leaks } = checkConstantTime(text, exported => exported === 'sumPublic')
    expect(leaks.map(({ reason }) => reason)).toContain('a branch depends on a secret')
  })

  it('would not pass with one table look-up by a secret index', () => {
    const start = text.indexOf('(func $common/select/selectOfNine')
    const first = text.indexOf('i32x4.splat', start)
    const leaky = `${text.slice(0, first)}i32.load\n ${text.slice(first)}`
    const { leaks } = checkConstantTime(leaky)
    expect(leaks.map(({ reason }) => reason)).toContain('an address depends on a secret')
  })
})

describe('the check', async () => {
  const { text } = await compileKernel('leaky')
  const reasons = (name: string): string[] => [
    ...new Set(checkConstantTime(text, exported => exported === name).leaks.map(({ reason }) => reason)),
  ]

  it.each([
    ['branchOnSecret', 'a branch depends on a secret'],
    ['loopToSecret', 'a branch depends on a secret'],
    ['indexBySecret', 'an address depends on a secret'],
    ['storeBySecret', 'an address depends on a secret'],
    ['selectBySecret', 'a selection depends on a secret'],
    ['divideSecret', 'an instruction of variable time has a secret operand'],
    ['lengthOfSecret', 'a length depends on a secret'],
    ['countSecret', 'an instruction is not on the list'],
    ['leaveEarly', 'a branch depends on a secret'],
  ])('finds the leak of %s', (name, reason) => {
    expect(reasons(name)).toEqual([reason])
  })

  it('passes a function that only calculates with the secret', () => {
    expect(reasons('compareToTheEnd')).toEqual([])
  })

  it('leaves out what is public by name', () => {
    const { entries } = checkConstantTime(text)
    expect(entries).not.toContain('comparePublic')
    expect(entries).toContain('leaveEarly')
  })

  it.each([
    [' (import "env" "f" (func $f))\n', 'imports'],
    [' (table $0 1 funcref)\n', 'table'],
    [' (func $f (param $0 i32)\n  (i32.add\n )\n', 'instruction'],
  ])('refuses text that it does not understand: %j', (module, message) => {
    expect(() => parseWasmText(module)).toThrow(message)
  })
})
