import { expectCode } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { makeParty, type Party } from '../testing/party.ts'
import { BatchEncoder } from './batch-encoder.ts'
import { loadEngine } from './engine.ts'
import { KeyGenerator } from './keys.ts'

function roundTrip(party: Party, encoder: BatchEncoder): void {
  using plaintext = encoder.encode([5n])
  using ciphertext = party.encryptor.encrypt(plaintext)
  using product = party.evaluator.multiplyPlain(ciphertext, plaintext)
  using decrypted = party.decryptor.decrypt(product)
  expect(encoder.decode(decrypted)[0]).toBe(25n)
}

describe('SEAL engine', () => {
  it('is loaded once', async () => {
    expect(await loadEngine()).toBe(await loadEngine())
  })

  it('still works after more refusals than its C++ stack has room for', async () => {
    using party = await makeParty()
    using encoder = new BatchEncoder(party.context)
    using empty = encoder.encode([])
    // Without restoring the stack, node-seal corrupts its memory after fewer than 4,000 exceptions.
    for (let i = 0; i < 10_000; i++) {
      expectCode('ERR_DECODE_SEAL', () =>
        party.context.call(
          () => empty.native.loadFromArray(party.context.native, new Uint8Array(100)),
          'ERR_DECODE_SEAL',
        ),
      )
    }
    roundTrip(party, encoder)
  })

  it('maps what is no C++ exception too, and keeps its cause', async () => {
    const engine = await loadEngine()
    const cause = new TypeError('embind: wrong type')
    const error = expectCode('ERR_HE_OPERATION', () =>
      engine.call(() => {
        throw cause
      }),
    )
    expect(error.cause).toBe(cause)
  })

  it('leaks nothing when values, keys and contexts are disposed', async () => {
    const engine = await loadEngine()
    using party = await makeParty()
    using encoder = new BatchEncoder(party.context)
    const allocateAndDispose = async (): Promise<void> => {
      for (let i = 0; i < 200; i++) roundTrip(party, encoder)
      for (let i = 0; i < 20; i++) {
        using generator = new KeyGenerator(party.context)
        using keys = generator.galoisKeys([1])
        expect(keys.disposed).toBe(false)
        using other = await makeParty()
        expect(other.context.disposed).toBe(false)
      }
    }
    await allocateAndDispose()
    const before = engine.memoryBytes()
    for (let round = 0; round < 3; round++) await allocateAndDispose()
    expect(engine.memoryBytes()).toBe(before)
    // The measure would show a leak: as many ciphertexts that nobody disposes of grow the memory.
    using plaintext = encoder.encode([1n])
    const leaked = Array.from({ length: 600 }, () => party.encryptor.encrypt(plaintext))
    expect(engine.memoryBytes()).toBeGreaterThan(before)
    for (const ciphertext of leaked) ciphertext.dispose()
  })
})
