import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { p256, ristretto255 } from '../group/index.ts'
import { expectCode } from '../testing/index.ts'
import { ristretto255Module } from './generated/ristretto255.ts'
import { loadGroupKernel } from './load.ts'

const binary = Buffer.from(ristretto255Module.base64, 'base64')
const EMPTY_MODULE = Buffer.from('0061736d01000000', 'hex')

/** The module with other bytes, and with the length and digest of those bytes where `described` says so. */
function carrying(bytes: Uint8Array, described = false): typeof ristretto255Module {
  const base64 = Buffer.from(bytes).toString('base64')
  if (!described) return { ...ristretto255Module, base64 }
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { ...ristretto255Module, base64, bytes: bytes.length, sha256 }
}

describe('loading a kernel', () => {
  it('gives a fresh instance each time', () => {
    const [a, b] = [loadGroupKernel(ristretto255Module), loadGroupKernel(ristretto255Module)]
    expect(a.memory.buffer).not.toBe(b.memory.buffer)
    expect(a.elementBytes()).toBe(192)
  })

  it('refuses a build without the module', () => {
    expectCode('ERR_KERNEL_MISSING', () => loadGroupKernel({ ...ristretto255Module, base64: '' }))
  })

  it('refuses a runtime without WebAssembly', () => {
    const runtime = globalThis as { WebAssembly?: unknown }
    const { WebAssembly } = runtime
    try {
      delete runtime.WebAssembly
      expectCode('ERR_KERNEL_MISSING', () => loadGroupKernel(ristretto255Module))
    } finally {
      runtime.WebAssembly = WebAssembly
    }
  })

  it.each([
    ['truncated', binary.subarray(0, -1)],
    ['cut to its header', binary.subarray(0, 8)],
    ['longer by one byte', Buffer.concat([binary, Buffer.of(0)])],
    ['changed in its last byte', Buffer.from(binary.with(binary.length - 1, 0x5a))],
    ['changed in its magic number', Buffer.from(binary.with(0, 1))],
    ['changed in the middle', Buffer.from(binary.with(9_000, (binary[9_000] as number) ^ 1))],
    ['another module', EMPTY_MODULE],
  ])('refuses a module that is %s', (_, bytes) => {
    expectCode('ERR_KERNEL_INVALID', () => loadGroupKernel(carrying(bytes)))
  })

  it.each([
    ['no WebAssembly', Buffer.from('not a module at all')],
    ['no group kernel', EMPTY_MODULE],
    ['truncated', binary.subarray(0, -100)],
  ])('refuses what is %s though its digest fits', (_, bytes) => {
    expectCode('ERR_KERNEL_INVALID', () => loadGroupKernel(carrying(bytes, true)))
  })

  it('refuses text that is not base64', () => {
    expectCode('ERR_KERNEL_INVALID', () => loadGroupKernel({ ...ristretto255Module, base64: '!' }))
  })
})

describe('handles of a kernel group', () => {
  const scalar = ristretto255.decodeScalar(new Uint8Array(32).with(0, 77))

  it('are refused from another group', () => {
    expectCode('ERR_INPUT_RANGE', () => ristretto255.encodeElement(p256.generator()))
    expectCode('ERR_INPUT_RANGE', () => ristretto255.multiplyBase(p256.decodeScalar(new Uint8Array(32))))
    expectCode('ERR_INPUT_RANGE', () => ristretto255.add(ristretto255.generator(), scalar as never))
  })

  it('print and serialise without their value', () => {
    expect(inspect({ scalar })).toBe('{ scalar: [ristretto255 scalar] }')
    expect(JSON.stringify({ scalar })).toBe('{"scalar":"[ristretto255 scalar]"}')
  })
})
