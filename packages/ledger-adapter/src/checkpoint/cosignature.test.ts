import { utf8 } from '@mixun/core/bytes'
import { sm2 } from '@mixun/core/group'
import { Sm2PublicKey, sm2Verify } from '@mixun/core/sm'
import { intl, type Suite, sm } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { openCheckpoint, signCheckpoint } from './checkpoint.ts'
import { cosignCheckpoint, mergeCosigned, openCosigned } from './cosignature.ts'
import { parseNote } from './signed-note.ts'
import type { VerifierKey } from './verifier-key.ts'

const origin = 'ledger.example/mixun'
const NAME = 'ledger.example/mixun/jia'
const SECONDS = 1_679_315_147
const TYPES: Record<string, Uint8Array> = {
  intl: Uint8Array.of(0x04),
  sm: Uint8Array.of(0xff, ...utf8('mixun.dev/sm2-sm3-cosignature')),
}

/** Takes the cosignature apart as C2SP's texts have it, without our code. */
function readByTheText(suite: Suite, publicKey: Uint8Array, note: string) {
  const [body, lines] = note.split('\n\n') as [string, string]
  const [, name, encoded] = /^— (\S+) (\S+)$/m.exec(lines.split('\n')[1] as string) as RegExpExecArray
  const bytes = Buffer.from(encoded as string, 'base64')
  const typed = Buffer.concat([Buffer.from(`${name}\n`), TYPES[suite.id] as Uint8Array, publicKey])
  const seconds = Number(bytes.readBigUInt64BE(4))
  return {
    name,
    isKeyId: bytes.subarray(0, 4).equals(sha256(typed).subarray(0, 4)),
    seconds,
    message: Buffer.from(`cosignature/v1\ntime ${seconds}\n${body}\n`),
    signature: Uint8Array.from(bytes.subarray(12)),
  }
}

/** Signature checks that the suites do not go through. */
const verifyElsewhere: Record<string, (signature: Uint8Array, message: Uint8Array, key: Uint8Array) => void> =
  {
    intl: (signature, message, key) => {
      if (!ed25519.verify(signature, message, key)) throw new Error('no valid Ed25519 signature')
    },
    sm: (signature, message, key) =>
      sm2Verify(Sm2PublicKey.decode(sm2, key), message, signature, {
        form: 'raw',
        userId: utf8('1234567812345678'),
      }),
  }

describe.each([intl, sm])('cosignatures of suite $id', suite => {
  const signer = (seed: string) => ({ suite, signingKey: suite.generateSigningKey(seededRandom(seed)) })
  const association = signer('association')
  const jia = signer('jia')
  const keyOf = (name: string, { signingKey }: typeof jia): VerifierKey => {
    return { name, suite, publicKey: signingKey.publicKey }
  }
  const log = keyOf(origin, association)
  const cosigner = keyOf(NAME, jia)
  const root = new Uint8Array(32).fill(7)
  const { text: note } = signCheckpoint(association, { origin, size: 20, root })
  const cosigned = cosignCheckpoint(log, note, NAME, jia, SECONDS)

  test('are what the texts of C2SP say', () => {
    const { publicKey } = jia.signingKey
    const { message, signature, ...line } = readByTheText(suite, publicKey, cosigned)
    expect(line).toEqual({ name: NAME, isKeyId: true, seconds: SECONDS })
    verifyElsewhere[suite.id]?.(signature, message, publicKey)
  })

  test('stand under the checkpoint, which stays one for who ignores them', () => {
    expect(openCosigned(log, cosigner, cosigned)).toMatchObject({ size: 20, root, cosignedAt: SECONDS })
    expect(openCheckpoint(log, cosigned)).toMatchObject({ size: 20, root })
  })

  test('of another member, name, time or tree do not count, nor does a checkpoint signature', () => {
    const refused = (text: string, key = cosigner) =>
      expectCode('ERR_LEDGER_COSIGNATURE', () => openCosigned(log, key, text))
    refused(note)
    refused(cosigned, keyOf(NAME, signer('yi')))
    refused(cosigned, keyOf(`${NAME}2`, jia))
    refused(cosignCheckpoint(log, note, NAME, signer('yi'), SECONDS))
    // The same line under another time, or under another checkpoint of the log.
    const [, line] = parseNote(cosigned).signatures
    const { keyId, signature } = line as NonNullable<typeof line>
    const late = Buffer.concat([keyId, signature.with(7, (signature[7] as number) ^ 1)])
    refused(cosigned.replace(/\S+\n$/, `${late.toString('base64')}\n`))
    const other = signCheckpoint(association, { origin, size: 21, root })
    refused(other.text + (cosigned.split('\n').at(-2) as string) + '\n')
    expectCode('ERR_LEDGER_CHECKPOINT', () => openCosigned(keyOf(origin, jia), cosigner, cosigned))
    expectCode('ERR_LEDGER_CHECKPOINT', () => cosignCheckpoint(keyOf(origin, jia), note, NAME, jia, SECONDS))
  })

  test('of several members stand in one note', () => {
    const yi = signer('yi')
    const second = cosignCheckpoint(log, note, `${origin}/yi`, yi, SECONDS + 1)
    const both = mergeCosigned([cosigned, second])
    expect(parseNote(both).signatures.map(({ name }) => name)).toEqual([origin, NAME, `${origin}/yi`])
    expect(openCosigned(log, cosigner, both).cosignedAt).toBe(SECONDS)
    expect(openCosigned(log, keyOf(`${origin}/yi`, yi), both).cosignedAt).toBe(SECONDS + 1)
    // A cosigner keeps the log's line only: what others said is theirs to say.
    expect(cosignCheckpoint(log, both, NAME, jia, SECONDS).split('\n').length).toBe(7)
  })
})
