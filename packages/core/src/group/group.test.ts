import { expect, it } from 'vitest'
import { fromHex } from '../bytes/index.ts'
import type { GroupCase } from '../testing/group-case.ts'
import { groupCompliance } from '../testing/group-compliance.ts'
import { p256, ristretto255, ristretto255Reference, SM2_CURVE, sm2, sm2Reference } from './index.ts'

/** Little-endian encodings of the numbers about p = 2^255 − 19 and the y of edwards25519's points of small order. */
const RISTRETTO_SUSPECTS = [
  ...[0, 1, 2, 3, 4, 18, 19].map(value => new Uint8Array(32).with(0, value)),
  ...[0xe9, 0xea, 0xeb, 0xec, 0xed, 0xee, 0xef, 0xff].map(low =>
    fromHex(`${low.toString(16)}${'ff'.repeat(30)}7f`),
  ),
  fromHex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
  fromHex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
]

const ristretto: Omit<GroupCase, 'group'> = {
  reference: ristretto255Reference,
  // RFC 9496 section 4.
  order: 2n ** 252n + 27742317777372353535851937790883648493n,
  isLittleEndian: true,
  suspects: RISTRETTO_SUSPECTS,
}

/** Compressed encodings of the numbers about p = 2^256 − 2^224 − 2^96 + 2^64 − 1, and other prefixes. */
const SM2_SUSPECTS = [
  ...[-3n, -2n, -1n, 0n, 1n, 2n, 3n].map(offset => compressed(SM2_CURVE.p + offset)),
  ...[0n, 1n, 2n, 3n, 4n, 2n ** 256n - 1n, SM2_CURVE.Gx].map(compressed),
  ...[0, 1, 4, 6, 7, 0x82].map(prefix => compressed(SM2_CURVE.Gx).with(0, prefix)),
]

const sm2Case: Omit<GroupCase, 'group'> = {
  reference: sm2Reference,
  order: SM2_CURVE.n,
  isLittleEndian: false,
  suspects: SM2_SUSPECTS,
}

function compressed(x: bigint): Uint8Array {
  return fromHex(`02${x.toString(16).padStart(64, '0')}`)
}

it('is of variable time in the references only', () => {
  const variable = [p256, ristretto255, ristretto255Reference, sm2, sm2Reference].filter(
    one => one.isVariableTime,
  )
  expect(variable).toEqual([p256, ristretto255Reference, sm2Reference])
})

groupCompliance('ristretto255', { ...ristretto, group: ristretto255 })
groupCompliance('ristretto255, reference', { ...ristretto, group: ristretto255Reference })
groupCompliance('SM2', { ...sm2Case, group: sm2 })
groupCompliance('SM2, reference', { ...sm2Case, group: sm2Reference })
groupCompliance('P256, reference', {
  group: p256,
  reference: p256,
  // FIPS 186-5.
  order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  isLittleEndian: false,
  suspects: [0, 1, 2, 3, 4].map(prefix => new Uint8Array(33).fill(0xff).with(0, prefix)),
})
