import { utf8 } from '@mixun/core/bytes'
import type { Session } from '@mixun/core/session'
import { expectCodeAsync } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { hostileSession, PSI_CARDINALITY_ATTACKS, tamperedSession } from '../testing/adversary/index.ts'
import { sessionPair } from '../testing/sessions.ts'
import {
  PSI_CARDINALITY_PROTOCOL,
  psiCardinalityParameters,
  runPsiCardinalityReceiver,
  runPsiCardinalitySender,
} from './index.ts'

const items = Array.from({ length: 6 }, (_, i) => utf8(`subject ${i}`))
const runAs = { sender: runPsiCardinalitySender, receiver: runPsiCardinalityReceiver } as const

/** What the honest side comes to against a peer in `role` whose session `attack` gives. */
async function honestAgainst(
  role: 'sender' | 'receiver',
  attack: (session: Session) => Session,
  signal = AbortSignal.timeout(20_000),
): Promise<unknown> {
  const { client, server } = await sessionPair({
    protocol: PSI_CARDINALITY_PROTOCOL,
    parameters: psiCardinalityParameters.id,
    signal,
  })
  const [own, peer] = role === 'receiver' ? [server, client] : [client, server]
  void runAs[role](attack(peer), { items }).catch(() => {})
  try {
    return await runAs[role === 'receiver' ? 'sender' : 'receiver'](own, { items })
  } finally {
    client.abort()
    server.abort()
  }
}

describe('a malicious peer', () => {
  it.each(PSI_CARDINALITY_ATTACKS)('as $role, $name: $code', async ({ role, code, tamper }) => {
    await expectCodeAsync(
      code,
      honestAgainst(role, session => tamperedSession(session, () => tamper)),
    )
  })

  it.each([
    ['sender', 0],
    ['sender', 1],
    ['sender', 2],
    ['receiver', 0],
    ['receiver', 1],
  ] as const)('as %s that is gone or silent at frame %i ends the run', async (role, frame) => {
    await expectCodeAsync(
      'ERR_CHANNEL_CLOSED',
      honestAgainst(role, session => hostileSession(session, frame, 'disappear')),
    )
    await expectCodeAsync(
      'ERR_CHANNEL_TIMEOUT',
      honestAgainst(role, session => hostileSession(session, frame, 'stall'), AbortSignal.timeout(150)),
    )
  })

  it('and an honest one does not', async () => {
    expect(await honestAgainst('sender', session => session)).toEqual({ cardinality: 6, peerCount: 6 })
  })
})
