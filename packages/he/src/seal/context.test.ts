import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { makeParty } from '../testing/party.ts'
import { BatchEncoder } from './batch-encoder.ts'
import { CkksEncoder } from './ckks-encoder.ts'
import { SealContext } from './context.ts'
import { Encryptor } from './encryptor.ts'
import { SEAL_PARAMETER_IDS } from './parameters.ts'

/** First word of the id SEAL derives from scheme, N, primes and t: two builds agree on a set only if it is equal. */
const FIRST_WORDS: Readonly<Record<string, bigint>> = {
  bfv_n4096_logt20_classical128: 3_487_750_297_867_796_466n,
  bfv_n8192_logt20_classical128: 17_949_765_284_461_057_091n,
  bgv_n8192_logt20_classical128: 17_314_321_293_625_131_872n,
  ckks_n8192_logscale40_classical128: 14_977_430_936_597_932_258n,
}

describe('SEAL context', () => {
  it('is made for every secure parameter set, with the primes of the day the set was named', async () => {
    for (const id of SEAL_PARAMETER_IDS) {
      using context = await SealContext.create(id)
      using parmsId = context.native.keyParmsId()
      expect([id, parmsId.values()[0]]).toEqual([id, FIRST_WORDS[id]])
    }
  })

  it('is refused for an unknown parameter set', async () => {
    await expectCodeAsync('ERR_PARAMETER_UNKNOWN', SealContext.create('bfv_n64'))
  })

  it('is refused for a set made for tests', async () => {
    await expectCodeAsync('ERR_PARAMETER_INSECURE', SealContext.create('insecure_bfv_n1024_logt17'))
  })

  it('refuses keys and values of another parameter set', async () => {
    using party = await makeParty()
    using other = await makeParty('bfv_n4096_logt20_classical128')
    using encoder = new BatchEncoder(other.context)
    using plaintext = encoder.encode([1n])
    expectCode('ERR_PARAMETER_FOREIGN', () => new Encryptor(party.context, other.publicKey))
    expectCode('ERR_PARAMETER_FOREIGN', () => party.encryptor.encrypt(plaintext))
    using ciphertext = other.encryptor.encrypt(plaintext)
    expectCode('ERR_PARAMETER_FOREIGN', () => party.decryptor.decrypt(ciphertext))
    expectCode('ERR_PARAMETER_FOREIGN', () => party.evaluator.add(ciphertext, ciphertext))
  })

  it('works with keys and values of an equal context', async () => {
    using party = await makeParty()
    using equal = await makeParty()
    using encoder = new BatchEncoder(equal.context)
    using encryptor = new Encryptor(equal.context, party.publicKey)
    using plaintext = encoder.encode([7n])
    using ciphertext = encryptor.encrypt(plaintext)
    using decrypted = party.decryptor.decrypt(ciphertext)
    expect(encoder.decode(decrypted)[0]).toBe(7n)
  })

  it('refuses an operation that its scheme does not have', async () => {
    using integers = await makeParty()
    using reals = await makeParty('ckks_n8192_logscale40_classical128')
    using encoder = new CkksEncoder(reals.context)
    using plaintext = encoder.encode([0.5])
    using ciphertext = reals.encryptor.encrypt(plaintext)
    expectCode('ERR_PARAMETER_SCHEME', () => new CkksEncoder(integers.context))
    expectCode('ERR_PARAMETER_SCHEME', () => new BatchEncoder(reals.context))
    expectCode('ERR_PARAMETER_SCHEME', () => reals.decryptor.noiseBudget(ciphertext))
  })
})

describe('dispose', () => {
  it('makes every later use of a value, a key or a context fail', async () => {
    using party = await makeParty()
    using encoder = new BatchEncoder(party.context)
    const plaintext = encoder.encode([1n])
    const ciphertext = party.encryptor.encrypt(plaintext)
    plaintext.dispose()
    ciphertext.dispose()
    expect(plaintext.disposed).toBe(true)
    expectCode('ERR_STATE_DISPOSED', () => party.encryptor.encrypt(plaintext))
    expectCode('ERR_STATE_DISPOSED', () => party.decryptor.decrypt(ciphertext))
    expectCode('ERR_STATE_DISPOSED', () => ciphertext.polynomials)
    party.evaluator.dispose()
    expectCode('ERR_STATE_DISPOSED', () => party.evaluator.add(ciphertext, ciphertext))
    party.context.dispose()
    expectCode('ERR_STATE_DISPOSED', () => new BatchEncoder(party.context))
  })

  it('may be repeated', async () => {
    using party = await makeParty()
    party.publicKey.dispose()
    party.publicKey.dispose()
    expect(party.publicKey.disposed).toBe(true)
  })

  it('happens at the end of the block that binds a value with using', async () => {
    using party = await makeParty()
    using encoder = new BatchEncoder(party.context)
    const kept = []
    {
      using plaintext = encoder.encode([1n])
      kept.push(plaintext)
    }
    expect(kept[0]?.disposed).toBe(true)
  })
})
