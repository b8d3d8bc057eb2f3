import { fromHex } from '@mixun/core/bytes'

/** Encodings of the right length that no group may admit as an element, by group id. */
export const badElements: Readonly<Record<string, Readonly<Record<string, Uint8Array>>>> = {
  ristretto255: {
    identity: new Uint8Array(32),
    'field element not below p': fromHex(`ed${'ff'.repeat(30)}7f`),
    'high bit set': new Uint8Array(32).fill(0xff),
    'negative field element': fromHex(`01${'00'.repeat(31)}`),
    'not on the curve': fromHex('26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371'),
  },
  P256: {
    identity: new Uint8Array(33),
    'x not below p': fromHex(`02${'ff'.repeat(32)}`),
    'uncompressed prefix': fromHex(`04${'6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296'}`),
    'not on the curve': fromHex(`02${'00'.repeat(31)}01`),
  },
  SM2: {
    identity: new Uint8Array(33),
    'x not below p': fromHex(`02${'ff'.repeat(32)}`),
    'uncompressed prefix': fromHex(`04${'32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7'}`),
    'not on the curve': fromHex(`02${'00'.repeat(31)}02`),
  },
}

/** The group order and the largest integer, as scalar encodings: the first two that must be refused. */
export const badScalars: Readonly<Record<string, readonly Uint8Array[]>> = {
  ristretto255: [
    fromHex('edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010'),
    new Uint8Array(32).fill(0xff),
  ],
  P256: [
    fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
    new Uint8Array(32).fill(0xff),
  ],
  SM2: [
    fromHex('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'),
    new Uint8Array(32).fill(0xff),
  ],
}
