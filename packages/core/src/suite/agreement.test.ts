import { describe, expect, it } from 'vitest'
import { utf8 } from '../bytes/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import type { AgreementStart, KeyAgreement } from './index.ts'
import { intl, sm } from './index.ts'

const [a, b] = ['a', 'b'].map(seed => sm.generateSigningKey(seededRandom(seed)))

function start(key: typeof a, role: AgreementStart['role'], userId: string, seed = role): KeyAgreement {
  return key?.startAgreement?.({ role, userId: utf8(userId), random: seededRandom(seed) }) as KeyAgreement
}

function run(idOfB: string, idForA: string) {
  const [byA, byB] = [start(a, 'initiator', 'id a'), start(b, 'responder', idOfB)]
  const agree = (own: KeyAgreement, peer: KeyAgreement, key: typeof a, userId: string) =>
    own.agree({
      publicKey: key?.publicKey as Uint8Array,
      ephemeralKey: peer.ephemeralKey,
      userId: utf8(userId),
    })
  return [agree(byA, byB, b, idForA), agree(byB, byA, a, 'id a')] as const
}

describe('key agreement of a signing key', () => {
  it('gives both sides one key, for the ids and keys that both mean', () => {
    const [byA, byB] = run('id b', 'id b')
    expect(byA.key).toEqual(byB.key)
    expect(byA.confirmation).toEqual(byB.expectedConfirmation)
    const [other] = run('id b', 'id c')
    expect(other?.key).not.toEqual(byA.key)
  })

  it('serves once, and checks the points of the peer before that', () => {
    const own = start(a, 'initiator', 'id a')
    const good = {
      publicKey: b?.publicKey as Uint8Array,
      ephemeralKey: own.ephemeralKey,
      userId: utf8('id b'),
    }
    for (const part of ['publicKey', 'ephemeralKey'] as const) {
      const [infinity, short] = [new Uint8Array(33), good[part].subarray(0, 32)]
      expectCode('ERR_DECODE_ELEMENT', () => own.agree({ ...good, [part]: infinity }))
      expectCode('ERR_DECODE_LENGTH', () => own.agree({ ...good, [part]: short }))
    }
    own.agree(good)
    expectCode('ERR_STATE_CONSUMED', () => own.agree(good))
  })

  it('is not there in suite intl', () => {
    expect(intl.generateSigningKey(seededRandom('a')).startAgreement).toBeUndefined()
  })
})
