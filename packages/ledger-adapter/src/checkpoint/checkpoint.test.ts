import { concat, fromHex, utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import vector from '../../vectors/signed-note.json' with { type: 'json' }
import { openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts'
import { openNote, parseNote, signNote } from './signed-note.ts'
import { encodeVerifierKey, parseVerifierKey } from './verifier-key.ts'

const origin = 'ledger.example/mixun'
const signingKey = intl.generateSigningKey(seededRandom('checkpoint'))
const association = { suite: intl, signingKey }
const key = { name: origin, suite: intl, publicKey: signingKey.publicKey }
const root = seededRandom('root').bytes(32)

/** A reader written from the text of C2SP signed-note and tlog-checkpoint, with nothing of this project. */
function readAsC2sp(note: string, verifierKey: string): { origin: string; size: number; root: Uint8Array } {
  const [name, hash, material] = verifierKey.split(/\+(.*?)\+(.*)/s) as [string, string, string]
  const typed = Uint8Array.from(atob(material), char => char.charCodeAt(0))
  const idInput = [...new TextEncoder().encode(`${name}\n`), ...typed]
  const keyId = sha256(Uint8Array.from(idInput)).slice(0, 4)
  expect(Buffer.from(keyId).toString('hex')).toBe(hash)
  const blank = note.lastIndexOf('\n\n')
  const text = note.slice(0, blank + 1)
  const verified = note
    .slice(blank + 2)
    .split('\n')
    .filter(line => line.startsWith(`— ${name} `))
    .map(line => Uint8Array.from(atob(line.slice(`— ${name} `.length)), char => char.charCodeAt(0)))
    .filter(bytes => bytes.slice(0, 4).every((byte, i) => byte === keyId[i]))
    .map(bytes => ed25519.verify(bytes.slice(4), new TextEncoder().encode(text), typed.slice(1)))
  expect(verified).toEqual([true])
  const [first, second, third] = text.split('\n') as [string, string, string]
  return {
    origin: first,
    size: Number(second),
    root: Uint8Array.from(atob(third), char => char.charCodeAt(0)),
  }
}

describe('signed notes', () => {
  test('the key, id and note of the reference implementation come out byte for byte', () => {
    const verifierKey = parseVerifierKey(vector.verifierKey)
    expect(encodeVerifierKey(verifierKey)).toBe(vector.verifierKey)
    expect(openNote(vector.note, verifierKey)).toBe(vector.text)
    const seed = Buffer.from(vector.signerKey.split('+').slice(4).join('+'), 'base64').subarray(1)
    const signer = { suite: intl, signingKey: intl.importSigningKey(Uint8Array.from(seed)) }
    expect(signNote(vector.text, verifierKey.name, signer)).toBe(vector.note)
  })

  test('signatures of unknown keys are ignored, a wrong one of the known key is not', () => {
    const note = signCheckpoint(association, { origin, size: 3, root }).text
    const other = { suite: intl, signingKey: intl.generateSigningKey(seededRandom('witness')) }
    const text = parseNote(note).text
    const cosigned = note + signNote(text, 'witness.example', other).slice(text.length + 1)
    expect(parseNote(cosigned).signatures.map(line => line.name)).toEqual([origin, 'witness.example'])
    expect(openNote(cosigned, key)).toBe(text)
    const twice = cosigned + signNote(`${text}more\n`, origin, association).slice(text.length + 6)
    expectCode('ERR_LEDGER_CHECKPOINT', () => openNote(twice, key))
  })

  test('a note with control characters, lone surrogates, too long or too often signed is refused unread', () => {
    const bad = ['a\tb\n', 'a\u0000\n', 'a\r\n', 'a\ud800\n', `${'x'.repeat(4_000)}\n`]
    for (const text of bad) {
      expectCode('ERR_LEDGER_CHECKPOINT', () => openNote(signNote(text, origin, association), key))
    }
    const note = signNote('text\n', origin, association)
    expect(openNote(note, key)).toBe('text\n')
    expectCode('ERR_LEDGER_CHECKPOINT', () => openNote(`${note.slice(0, -1)}x`, key))
    const line = note.slice('text\n\n'.length)
    expect(openNote(note + line.repeat(15), key)).toBe('text\n')
    expectCode('ERR_LEDGER_CHECKPOINT', () => openNote(note + line.repeat(16), key))
  })

  test('a verifier key that is malformed or does not fit its hash is refused', () => {
    const text = encodeVerifierKey(key)
    const otherType = Buffer.concat([Uint8Array.of(4), key.publicKey]).toString('base64')
    const longKey = Buffer.concat([Uint8Array.of(1), key.publicKey, Uint8Array.of(0)])
    const longHash = Buffer.from(intl.hash(utf8(`${origin}\n`), longKey))
      .toString('hex')
      .slice(0, 8)
    const bad = [
      '',
      'name',
      `${text.slice(0, origin.length + 10)}${otherType}`,
      `${origin}+${longHash}+${longKey.toString('base64')}`,
      text.replace(origin, 'other'),
      text.slice(0, -4),
      text.replace(/\+[0-9a-f]{8}\+/, '+00000000+'),
      'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
      'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    ]
    for (const verifierKey of bad) expectCode('ERR_LEDGER_CHECKPOINT', () => parseVerifierKey(verifierKey))
    expect(parseVerifierKey(text)).toEqual(key)
  })

  test('an origin that is no key name signs nothing', () => {
    for (const name of ['', 'two words', 'a+b', 'line\nfeed', 'x'.repeat(256)]) {
      expectCode('ERR_LEDGER_CHECKPOINT', () => signCheckpoint(association, { origin: name, size: 0, root }))
    }
    expectCode('ERR_INPUT_RANGE', () => signCheckpoint(association, { origin, size: -1, root }))
  })
})

describe('checkpoints', () => {
  test('a reader written from C2SP and noble alone reads and verifies ours', () => {
    for (const size of [0, 1, 20_852_163, Number.MAX_SAFE_INTEGER]) {
      const { text } = signCheckpoint(association, { origin, size, root })
      expect(readAsC2sp(text, encodeVerifierKey(key))).toEqual({ origin, size, root })
      expect(openCheckpoint(key, text)).toEqual({ origin, size, root, text })
    }
  })

  test('the example of the specification parses', () => {
    const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
    expect(parseCheckpoint(text)).toEqual({
      origin: 'example.com/behind-the-sofa',
      size: 20_852_163,
      root: fromHex('0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62'),
    })
  })

  test('any other text is refused', () => {
    const encoded = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='
    const bad = [
      '',
      `${origin}\n1\n`,
      `${origin}\n1\n${encoded}`,
      `${origin}\n01\n${encoded}\n`,
      `${origin}\n+1\n${encoded}\n`,
      `${origin}\n-1\n${encoded}\n`,
      `${origin}\n1.0\n${encoded}\n`,
      `${origin}\n9007199254740992\n${encoded}\n`,
      `\n1\n${encoded}\n`,
      `${origin}\n1\n${encoded.slice(4)}\n`,
      `${origin}\n1\n${encoded.slice(0, -1)}\n`,
      `${origin}\n1\n${encoded.replace('2I=', '2J=')}\n`,
      `${origin}\n1\n${encoded.replace('/', '_')}\n`,
      `${origin}\n1\n${encoded}\nextension\n`,
      `${origin}\n1\n${encoded}\n\n`,
    ]
    for (const text of bad) expectCode('ERR_LEDGER_CHECKPOINT', () => parseCheckpoint(text))
  })

  test('a checkpoint of another key, of another origin, or changed in any place is refused', () => {
    const { text } = signCheckpoint(association, { origin, size: 7, root })
    const other = { suite: intl, signingKey: intl.generateSigningKey(seededRandom('other')) }
    const bad = [
      signCheckpoint(other, { origin, size: 7, root }).text,
      signCheckpoint(association, { origin: 'ledger.example/other', size: 7, root }).text,
      signNote(
        parseNote(signCheckpoint(association, { origin: 'x', size: 7, root }).text).text,
        origin,
        association,
      ),
      text.slice(0, -1),
      text.trimEnd(),
      `${text}\n`,
      `${text}— x\n`,
      text.replace('\n\n', '\n'),
      text.replace('\n', '\r\n'),
      text.replace('—', '-'),
      text + '— witness AAAAAAAA\n'.repeat(16),
      `${'x'.repeat(5000)}\n${text}`,
    ]
    for (const note of bad) expectCode('ERR_LEDGER_CHECKPOINT', () => openCheckpoint(key, note))
    for (let i = 0; i < text.length; i++) {
      const flipped = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ 1) + text.slice(i + 1)
      expectCode('ERR_LEDGER_CHECKPOINT', () => openCheckpoint(key, flipped))
    }
  })

  test('a signature for any other purpose of the project is no note signature', () => {
    const { text } = parseNote(signCheckpoint(association, { origin, size: 7, root }).text)
    const prefixed = signingKey.sign(concat(utf8('mixun-sign-1\0hello\0'), utf8(text)))
    const keyId = Buffer.from(encodeVerifierKey(key).split('+')[1] ?? '', 'hex')
    const line = `— ${origin} ${Buffer.concat([keyId, prefixed]).toString('base64')}\n`
    expectCode('ERR_LEDGER_CHECKPOINT', () => openCheckpoint(key, `${text}\n${line}`))
  })
})
