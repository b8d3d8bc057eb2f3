import { expectCode } from '@mixun/core/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeParty, type Party } from '../testing/party.ts'
import { BatchEncoder } from './batch-encoder.ts'
import { CkksEncoder } from './ckks-encoder.ts'
import { Decryptor } from './decryptor.ts'
import { KeyGenerator } from './keys.ts'
import { SEAL_PARAMETER_IDS } from './parameters.ts'
import type { Ciphertext } from './values.ts'

const T = 65_537n
const SLOTS = 1024

let party: Party
let encoder: BatchEncoder

beforeAll(async () => {
  party = await makeParty()
  encoder = new BatchEncoder(party.context)
})

afterAll(() => {
  encoder.dispose()
  party[Symbol.dispose]()
})

function encrypt(values: readonly bigint[]): Ciphertext {
  using plaintext = encoder.encode(values)
  return party.encryptor.encrypt(plaintext)
}

function decrypt(ciphertext: Ciphertext): bigint[] {
  using plaintext = party.decryptor.decrypt(ciphertext)
  return [...encoder.decode(plaintext)]
}

const padded = (values: readonly bigint[]): bigint[] =>
  Array.from({ length: SLOTS }, (_, slot) => values[slot] ?? 0n)

const slotwise = (
  a: readonly bigint[],
  b: readonly bigint[],
  operation: (x: bigint, y: bigint) => bigint,
): bigint[] => padded(a).map((x, slot) => operation(x, b[slot] ?? 0n) % T)

const slotValues = fc.array(fc.bigInt({ min: 0n, max: T - 1n }), { minLength: 1, maxLength: SLOTS })

describe('batched integers', () => {
  it('come back from encode and decode, empty slots as zero', () => {
    fc.assert(
      fc.property(slotValues, values => {
        using plaintext = encoder.encode(values)
        expect([...encoder.decode(plaintext)]).toEqual(padded(values))
      }),
      { numRuns: 30 },
    )
  })

  it('are refused when there are more than N', () => {
    expectCode('ERR_INPUT_LENGTH', () => encoder.encode(new BigUint64Array(SLOTS + 1)))
  })

  it('are refused when one is negative or not below t', () => {
    expectCode('ERR_INPUT_RANGE', () => encoder.encode([0n, -1n]))
    const error = expectCode('ERR_INPUT_RANGE', () => encoder.encode([1n, 70_001n]))
    expect(error.message).not.toContain('70001')
    using largest = encoder.encode([T - 1n])
    expect(encoder.decode(largest)[0]).toBe(T - 1n)
  })
})

describe('ciphertexts', () => {
  it('decrypt to what was encrypted', () => {
    fc.assert(
      fc.property(slotValues, values => {
        using ciphertext = encrypt(values)
        expect(decrypt(ciphertext)).toEqual(padded(values))
      }),
      { numRuns: 20 },
    )
  })

  it('add like integers modulo t', () => {
    fc.assert(
      fc.property(slotValues, slotValues, (a, b) => {
        using left = encrypt(a)
        using right = encrypt(b)
        using sum = party.evaluator.add(left, right)
        expect(decrypt(sum)).toEqual(slotwise(a, b, (x, y) => x + y))
      }),
      { numRuns: 20 },
    )
  })

  it('add and multiply by a plaintext like integers modulo t', () => {
    const nonZero = slotValues.filter(values => values.some(value => value !== 0n))
    fc.assert(
      fc.property(slotValues, nonZero, (a, b) => {
        using ciphertext = encrypt(a)
        using plaintext = encoder.encode(b)
        using sum = party.evaluator.addPlain(ciphertext, plaintext)
        using product = party.evaluator.multiplyPlain(ciphertext, plaintext)
        expect(decrypt(sum)).toEqual(slotwise(a, b, (x, y) => x + y))
        expect(decrypt(product)).toEqual(slotwise(a, b, (x, y) => x * y))
      }),
      { numRuns: 20 },
    )
  })

  it('multiply with each other, are relinearised and lose a prime', () => {
    using keys = party.generator.relinearizationKeys()
    using a = encrypt([3n, T - 1n])
    using b = encrypt([5n, T - 1n])
    using product = party.evaluator.multiply(a, b)
    expect(product.polynomials).toBe(3)
    using relinearized = party.evaluator.relinearize(product, keys)
    expect(relinearized.polynomials).toBe(2)
    using switched = party.evaluator.switchModulus(relinearized)
    for (const ciphertext of [product, relinearized, switched]) {
      expect(decrypt(ciphertext).slice(0, 3)).toEqual([15n, 1n, 0n])
    }
  })

  it('rotate both rows to the left by a step a Galois key was made for', () => {
    using keys = party.generator.galoisKeys([2, -1])
    using ciphertext = encrypt([10n, 11n, 12n])
    using left = party.evaluator.rotateRows(ciphertext, 2, keys)
    using right = party.evaluator.rotateRows(ciphertext, -1, keys)
    expect(decrypt(left)[0]).toBe(12n)
    expect(decrypt(right).slice(0, 4)).toEqual([0n, 10n, 11n, 12n])
  })

  it('do not rotate by a step without a Galois key', () => {
    using keys = party.generator.galoisKeys([2])
    using ciphertext = encrypt([1n])
    expectCode('ERR_HE_OPERATION', () => party.evaluator.rotateRows(ciphertext, 3, keys))
  })

  it('take no Galois step that is zero, fractional or N/2 and more', () => {
    for (const step of [0, 1.5, SLOTS / 2, -SLOTS / 2]) {
      expectCode('ERR_INPUT_RANGE', () => party.generator.galoisKeys([step]))
    }
  })

  it('are not multiplied by all zeros, which would leave them readable', () => {
    using ciphertext = encrypt([1n])
    using zeros = encoder.encode([])
    expectCode('ERR_HE_TRANSPARENT', () => party.evaluator.multiplyPlain(ciphertext, zeros))
  })

  it('lose noise budget with each product until decryption is refused', () => {
    using plaintext = encoder.encode(Array.from({ length: SLOTS }, (_, slot) => BigInt(slot * 37)))
    using stack = new DisposableStack()
    let ciphertext = stack.use(encrypt([1n]))
    const budgets = [party.decryptor.noiseBudget(ciphertext)]
    for (let depth = 0; depth < 4; depth++) {
      ciphertext = stack.use(party.evaluator.multiplyPlain(ciphertext, plaintext))
      budgets.push(party.decryptor.noiseBudget(ciphertext))
    }
    expect(budgets[0]).toBeGreaterThan(50)
    expect(budgets).toEqual(budgets.toSorted((a, b) => b - a))
    expect(budgets.at(-1)).toBe(0)
    const error = expectCode('ERR_NOISE_BUDGET', () => party.decryptor.decrypt(ciphertext))
    expect(error.name).toBe('NoiseBudgetError')
  })

  it('do not decrypt under another secret key', () => {
    using generator = new KeyGenerator(party.context)
    using otherKey = generator.secretKey()
    using other = new Decryptor(party.context, otherKey)
    using ciphertext = encrypt([1n])
    expectCode('ERR_NOISE_BUDGET', () => other.decrypt(ciphertext))
  })

  it('are served by a public key made later from the same secret key', () => {
    using generator = new KeyGenerator(party.context, party.secretKey)
    using again = generator.secretKey()
    using decryptor = new Decryptor(party.context, again)
    using ciphertext = encrypt([9n])
    using plaintext = decryptor.decrypt(ciphertext)
    expect(encoder.decode(plaintext)[0]).toBe(9n)
  })
})

describe('each secure parameter set of integers', () => {
  it.each(SEAL_PARAMETER_IDS.filter(id => !id.startsWith('ckks')))(
    '%s adds and multiplies by a full plaintext with budget to spare',
    async id => {
      using full = await makeParty(id)
      const { ringDimension, plaintextModulus } = full.context.parameters
      const t = plaintextModulus ?? 0n
      const a = Array.from({ length: ringDimension }, (_, slot) => (BigInt(slot) * 911n) % t)
      const b = a.map(value => t - 1n - value)
      using fullEncoder = new BatchEncoder(full.context)
      using plainA = fullEncoder.encode(a)
      using plainB = fullEncoder.encode(b)
      using ciphertext = full.encryptor.encrypt(plainA)
      using product = full.evaluator.multiplyPlain(ciphertext, plainB)
      using sum = full.evaluator.add(product, ciphertext)
      expect(full.decryptor.noiseBudget(sum)).toBeGreaterThan(10)
      using decrypted = full.decryptor.decrypt(sum)
      expect([...fullEncoder.decode(decrypted)]).toEqual(
        a.map((value, slot) => (value * (b[slot] ?? 0n) + value) % t),
      )
    },
  )
})

describe('ckks', () => {
  it('adds and multiplies approximately, and rescales', async () => {
    using reals = await makeParty('ckks_n8192_logscale40_classical128')
    using realEncoder = new CkksEncoder(reals.context)
    using a = realEncoder.encode([1.5, -2.25])
    using b = realEncoder.encode([4, 0.5])
    using ciphertext = reals.encryptor.encrypt(a)
    using product = reals.evaluator.multiplyPlain(ciphertext, b)
    using rescaled = reals.evaluator.rescale(product)
    using decrypted = reals.decryptor.decrypt(rescaled)
    const [first, second, third] = realEncoder.decode(decrypted)
    expect(first).toBeCloseTo(6, 5)
    expect(second).toBeCloseTo(-1.125, 5)
    expect(third).toBeCloseTo(0, 5)
  })

  it('refuses too many numbers, numbers that overflow once scaled, and operands of unequal level', async () => {
    using reals = await makeParty('ckks_n8192_logscale40_classical128')
    using realEncoder = new CkksEncoder(reals.context)
    expectCode('ERR_INPUT_LENGTH', () => realEncoder.encode(new Float64Array(4097)))
    for (const value of [2 ** 98, -1e300, Number.POSITIVE_INFINITY, Number.NaN]) {
      expectCode('ERR_INPUT_RANGE', () => realEncoder.encode([1, value]))
    }
    using plaintext = realEncoder.encode([2])
    using fresh = reals.encryptor.encrypt(plaintext)
    using product = reals.evaluator.multiplyPlain(fresh, plaintext)
    using rescaled = reals.evaluator.rescale(product)
    expectCode('ERR_HE_OPERATION', () => reals.evaluator.add(fresh, rescaled))
  })
})
