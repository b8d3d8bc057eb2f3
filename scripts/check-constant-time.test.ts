import { describe, expect, it } from 'vitest'
import { checkConstantTime } from './check-constant-time.ts'
import { compileKernel, GROUP_KERNEL_NAMES } from './lib/compile-kernel.ts'
import { RETURNING_EXPORTS, VARIABLE_TIME_EXPORTS } from './lib/kernel-exports.ts'
import { disassemble, shippedKernel } from './lib/shipped-kernel.ts'
import { parseWasmText } from './lib/wasm-text.ts'

describe.each(GROUP_KERNEL_NAMES)('kernel %s', async name => {
  const { text } = await compileKernel(name)

  it('keeps secrets out of branches, addresses and variable-time operands, in the bytes that are shipped', async () => {
    const { entries, functions, leaks, faults } = checkConstantTime(disassemble(await shippedKernel(name)))
    expect(leaks).toEqual([])
    expect(faults).toEqual([])
    expect(entries).not.toContain('sumPublic')
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

it('kernel sparse: what is not listed depends on nothing that it computes with', async () => {
  const { entries, leaks, faults } = checkConstantTime(disassemble(await shippedKernel('sparse')))
  expect(entries.toSorted()).toEqual(['convolute', 'fillMultiples', 'packRows', 'start', 'sumBuckets'])
  expect([...leaks, ...faults]).toEqual([])
})

it('kernel sha256 depends on nothing that it hashes', async () => {
  const { entries, leaks, faults } = checkConstantTime(disassemble(await shippedKernel('sha256')))
  expect(entries.toSorted()).toEqual(['hashGroups', 'start'])
  expect([...leaks, ...faults]).toEqual([])
})

describe('kernel gf2', () => {
  it('keeps its memory out of branches and addresses, in the bytes that are shipped', async () => {
    const { entries, leaks, faults } = checkConstantTime(disassemble(await shippedKernel('gf2')))
    expect({ leaks, faults }).toEqual({ leaks: [], faults: [] })
    expect(entries).toEqual(
      expect.arrayContaining(['accumulate', 'correct', 'fold', 'multiply', 'reduce', 'transpose']),
    )
  })
})

describe('the check', async () => {
  const { text, binary } = await compileKernel('leaky')
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
    ['laneBySecret', 'an instruction is not on the list'],
  ])('finds the leak of %s', (name, reason) => {
    expect(reasons(name)).toEqual([reason])
  })

  it('finds the same in the bytes as in the text of the compiler', () => {
    const found = (source: string) => {
      const { entries, leaks } = checkConstantTime(source)
      return [entries.toSorted(), leaks.map(({ reason }) => reason).toSorted()]
    }
    expect(found(disassemble(binary))).toEqual(found(text))
  })

  it('passes a function that only calculates with the secret', () => {
    expect(reasons('compareToTheEnd')).toEqual([])
  })

  it('leaves out what is listed, and nothing because of its name', () => {
    const { entries } = checkConstantTime(text)
    expect(entries).toContain('comparePublic')
    const bySparseMaps = ['eliminate', 'substitute', 'bandProducts', 'expand', 'addMultiples', 'fillBuckets']
    expect([...VARIABLE_TIME_EXPORTS]).toEqual(['sumPublic', ...bySparseMaps])
    const sizes = ['exchange', 'exchangeBytes', 'elementBytes', 'start']
    const answers = ['decode', 'decodeAffine', 'equal', 'isIdentity', 'isZeroScalar', 'isReducedScalar']
    expect([...RETURNING_EXPORTS]).toEqual([...sizes, ...answers])
  })

  it('refuses a leak that is shared out between two exports', () => {
    // Each of them is clean: one returns a secret, the other takes it for an address.
    for (const half of ['digitOfSecret', 'pickFromTable']) expect(reasons(half)).toEqual([])
    const { faults } = checkConstantTime(text)
    expect(faults).toContain('digitOfSecret: expected no result')
    expect(faults).toContain('scaleBySecret: expected i32 arguments only')
    expect(faults.some(fault => fault.startsWith('pickFromTable'))).toBe(false)
  })

  it('refuses a function that ends with more or fewer values than it has results', () => {
    const of = (body: string) => ` (export "f" (func $f))\n (func $f (param $0 i32)\n${body} )\n`
    const check = (body: string) => () => checkConstantTime(of(body))
    expect(check('  local.get $0\n  drop\n')).not.toThrow()
    expect(check('  local.get $0\n')).toThrow('expected 0 values at the end of $f, found 1')
    expect(check('  block\n   local.get $0\n  end\n')).toThrow('expected 0 values at the end of the block')
    expect(check('  loop\n   local.get $0\n  end\n')).toThrow('expected 0 values at the end of the loop')
    expect(check('  if\n  end\n')).toThrow('expected a value for if')
    expect(check('  local.tee $0\n')).toThrow('expected a value for local.tee')
  })

  it.each([
    [' (import "env" "f" (func $f))\n', 'imports'],
    [' (table $0 1 funcref)\n', 'table'],
    [' (func $f (param $0 i32)\n  (i32.add\n )\n', 'instruction'],
  ])('refuses text that it does not understand: %j', (module, message) => {
    expect(() => parseWasmText(module)).toThrow(message)
  })
})
