import { concat, toHex } from '@mixun/core/bytes'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { generateKeyPair, oprfRistretto255Sha512 } from '../oprf/index.ts'
import { badElements } from '../testing/bad-encodings.ts'
import { buildTestTable, recommit } from '../testing/sealed-table.ts'
import {
  decodeTableCommitment,
  encodeTableCommitment,
  type TableCommitment,
  verifyTableCommitment,
} from './commitment.ts'

const { commitment } = buildTestTable()
const otherKey = generateKeyPair(oprfRistretto255Sha512, seededRandom('other key'))

it('survives a round trip', () => {
  const bytes = encodeTableCommitment(commitment)
  expect(decodeTableCommitment(bytes)).toEqual(commitment)
  expect(bytes.length).toBeLessThan(512)
})

const changes: readonly (readonly [string, Partial<TableCommitment>])[] = [
  ['version', { version: 1, rowCount: 68 }],
  ['provider', { provider: 'galaxy' }],
  ['class', { class: 'C' }],
  ['epoch', { epoch: 8 }],
  ['oprf', { oprf: 'oprf_P256-SHA256' }],
  ['parameters', { parameters: 'sealedtable_r512_c1' }],
  ['public key', { publicKey: oprfRistretto255Sha512.group.encodeElement(otherKey.publicKey) }],
  ['row count', { baseRowCount: 96, rowCount: 96 }],
  ['root', { root: new Uint8Array(32) }],
]

it.each(changes.filter(([field]) => field !== 'oprf'))(
  'refuses a proof of possession over another %s',
  (_, change) => {
    expectCode('ERR_VERIFY_KEY_POSSESSION', () => verifyTableCommitment({ ...commitment, ...change }))
  },
)

it('refuses a key that another provider copied with its proof', () => {
  const copied = { ...commitment, provider: 'galaxy' }
  expectCode('ERR_VERIFY_KEY_POSSESSION', () => verifyTableCommitment(copied))
  // Who has the key may commit anything with it.
  expect(() => verifyTableCommitment(recommit(copied))).not.toThrow()
})

it('refuses unknown parameters and malformed keys and proofs', () => {
  const check = (change: Partial<TableCommitment>) => verifyTableCommitment({ ...commitment, ...change })
  expectCode('ERR_PARAMETER_UNKNOWN', () => check({ parameters: 'sealedtable_r1_c1' }))
  expectCode('ERR_PARAMETER_UNKNOWN', () => check({ oprf: 'oprf_SM2-SHA256' }))
  expectCode('ERR_DECODE_LENGTH', () => check({ oprf: 'oprf_P256-SHA256' }))
  for (const publicKey of Object.values(badElements.ristretto255 ?? {})) {
    expectCode('ERR_DECODE_ELEMENT', () => check({ publicKey }))
  }
  expectCode('ERR_DECODE_SCALAR', () => check({ keyProof: new Uint8Array(64).fill(0xff) }))
  expectCode('ERR_VERIFY_KEY_POSSESSION', () => check({ keyProof: new Uint8Array(64) }))
})

it('refuses records that are not of its schema', () => {
  const encode = (change: Partial<TableCommitment>) => encodeTableCommitment({ ...commitment, ...change })
  expectCode('ERR_DECODE_SCHEMA', () => encode({ rowCount: 65 }))
  expectCode('ERR_DECODE_SCHEMA', () => encode({ rowCount: 2 ** 40 }))
  expectCode('ERR_DECODE_SCHEMA', () => encode({ class: 'AB' }))
  expectCode('ERR_DECODE_SCHEMA', () => encode({ root: new Uint8Array(31) }))
  expectCode('ERR_DECODE_SCHEMA', () => encode({ keyProof: new Uint8Array(63) }))
  const bytes = encodeTableCommitment(commitment)
  expectCode('ERR_DECODE_TRAILING', () => decodeTableCommitment(concat(bytes, Uint8Array.of(0))))
  expectCode('ERR_DECODE_LENGTH', () => decodeTableCommitment(bytes.subarray(0, -1)))
})

it('proves differently every time', () => {
  const proofs = ['a', 'b'].map(seed => buildTestTable({ random: seededRandom(seed) }).commitment.keyProof)
  expect(new Set(proofs.map(toHex)).size).toBe(2)
})
