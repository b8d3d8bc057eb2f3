import { describe, expect, it } from 'vitest'
import { Exchange } from './exchange.ts'
import { ristretto255Module } from './generated/ristretto255.ts'
import { sm2Module } from './generated/sm2.ts'
import { loadGroupKernel } from './load.ts'

describe.each([ristretto255Module, sm2Module])('the memory of kernel $name', module => {
  const kernel = loadGroupKernel(module)
  const exchange = new Exchange(kernel)
  const memory = new Uint8Array(kernel.memory.buffer)
  const element = kernel.elementBytes()
  const secret = Uint8Array.from({ length: 32 }, (_, i) => (i === 31 ? 0x0f : 0xa0 + i))
  const clean = Uint8Array.from(memory)

  const generator = exchange.compute(element, [], r => kernel.generator(r))
  const operations: Record<string, () => unknown> = {
    multiply: () => exchange.compute(element, [generator, secret], (r, p, a) => kernel.multiply(r, p, a)),
    multiplyBase: () => exchange.compute(element, [secret], (r, a) => kernel.multiplyBase(r, a)),
    invertScalar: () => exchange.compute(32, [secret], (r, a) => kernel.invertScalar(r, a)),
    fromUniformBytes: () =>
      exchange.compute(element, [new Uint8Array(96).fill(7)], (r, b) => kernel.fromUniformBytes(r, b)),
    encode: () => exchange.compute(64, [generator], (r, p) => kernel.encode(r, p)),
  }

  it.each(Object.keys(operations))('is after %s what it was before', name => {
    operations[name]?.()
    expect(Buffer.compare(memory, clean)).toBe(0)
  })

  it('is used by a multiplication that is not wiped', () => {
    kernel.multiplyBase(kernel.exchange(), kernel.exchange() + 1_024)
    expect(Buffer.compare(memory, clean)).not.toBe(0)
    memory.fill(0, kernel.exchange(), kernel.exchange() + 2_048)
    kernel.wipe()
  })

  it('is cleaned when an operation throws', () => {
    expect(() =>
      exchange.compute(0, [secret], () => {
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(Buffer.compare(memory, clean)).toBe(0)
  })

  it('takes no more than its exchange area holds', () => {
    expect(() => exchange.compute(0, [new Uint8Array(exchange.capacity + 1)], () => undefined)).toThrow(
      'at most',
    )
    expect(Buffer.compare(memory, clean)).toBe(0)
  })
})
