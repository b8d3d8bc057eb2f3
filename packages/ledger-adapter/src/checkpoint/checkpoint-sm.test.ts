import { utf8 } from '@mixun/core/bytes'
import { sm2 } from '@mixun/core/group'
import { Sm2PublicKey, sm2Verify, sm3 } from '@mixun/core/sm'
import { type Suite, intl, sm } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { parseNote, signNote } from './signed-note.ts'
import { encodeVerifierKey, noteKeyId, parseVerifierKey } from './verifier-key.ts'

const origin = 'ledger.example/mixun'
const root = sm3(new Uint8Array(0))
const signerIn = (suite: Suite, seed = 'checkpoint') => {
  return { suite, signingKey: suite.generateSigningKey(seededRandom(seed)) }
}
const keyOf = ({ suite, signingKey }: ReturnType<typeof signerIn>) => {
  return { name: origin, suite, publicKey: signingKey.publicKey }
}
const association = signerIn(sm)
const key = keyOf(association)

/** SHA-256(name ‖ 0x0A ‖ typed key), the first 4 bytes in hex, as C2SP recommends. */
const idOf = (typed: Uint8Array) => {
  const input = Buffer.concat([Buffer.from(`${origin}\n`), typed])
  return Buffer.from(sha256(input)).subarray(0, 4).toString('hex')
}
const verifierKeyOf = (typed: Uint8Array) =>
  `${origin}+${idOf(typed)}+${Buffer.from(typed).toString('base64')}`

describe('checkpoints of suite sm', () => {
  test('have the type 0xff ‖ mixun.dev/sm2-sm3 in key id and verifier key', () => {
    const typed = Buffer.concat([Uint8Array.of(0xff), Buffer.from('mixun.dev/sm2-sm3'), key.publicKey])
    expect(Buffer.from(noteKeyId(key)).toString('hex')).toBe(idOf(typed))
    expect(encodeVerifierKey(key)).toBe(verifierKeyOf(typed))
    expect(parseVerifierKey(verifierKeyOf(typed))).toEqual(key)
  })

  test('are signed with SM2 over the text of the note, user id of GM/T 0009', () => {
    const checkpoint = { origin, size: 7, root }
    const signed = signCheckpoint(association, checkpoint)
    expect(openCheckpoint(key, signed.text)).toEqual(signed)
    const { text, signatures } = parseNote(signed.text)
    expect(text).toBe(`${origin}\n7\n${Buffer.from(root).toString('base64')}\n`)
    const [line] = signatures
    const { keyId, signature } = line as NonNullable<typeof line>
    expect([signatures.length, keyId]).toEqual([1, noteKeyId(key)])
    const publicKey = Sm2PublicKey.decode(sm2, key.publicKey)
    sm2Verify(publicKey, Buffer.from(text), signature, { form: 'raw', userId: utf8('1234567812345678') })
  })

  test('of another key, of the other suite or changed in any place are refused', () => {
    const { text } = signCheckpoint(association, { origin, size: 7, root })
    const inIntl = signerIn(intl)
    const bad = [
      signCheckpoint(signerIn(sm, 'other'), { origin, size: 7, root }).text,
      signCheckpoint(inIntl, { origin, size: 7, root }).text,
      signNote(parseNote(text).text, 'ledger.example/other', association),
    ]
    for (const note of bad) expectCode('ERR_LEDGER_CHECKPOINT', () => openCheckpoint(key, note))
    expectCode('ERR_LEDGER_CHECKPOINT', () => openCheckpoint(keyOf(inIntl), text))
    for (let i = 0; i < text.length; i++) {
      const flipped = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1)
      expectCode('ERR_LEDGER_CHECKPOINT', () => openCheckpoint(key, flipped))
    }
  })

  test('are not verified with a key of another type or of another length', () => {
    const typedAs = (type: string) =>
      verifierKeyOf(Buffer.concat([Uint8Array.of(0xff), Buffer.from(type), key.publicKey]))
    const bad = [
      typedAs('mixun.dev/sm2-sm4'),
      typedAs(''),
      typedAs('mixun.dev/sm2-sm3\0'),
      verifierKeyOf(Buffer.concat([Uint8Array.of(1), key.publicKey])),
    ]
    for (const verifierKey of bad) expectCode('ERR_LEDGER_CHECKPOINT', () => parseVerifierKey(verifierKey))
    expectCode('ERR_LEDGER_CHECKPOINT', () => noteKeyId({ ...key, suite: intl }))
    expectCode('ERR_LEDGER_CHECKPOINT', () => noteKeyId({ ...keyOf(signerIn(intl)), suite: sm }))
  })
})
