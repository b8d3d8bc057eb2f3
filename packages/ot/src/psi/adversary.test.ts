import { utf8 } from '@mixun/core/bytes'
import { expectCodeAsync } from '@mixun/core/testing'
import { describe, it } from 'vitest'
import { BATCHED_PSI_ATTACKS, tamperedSession } from '../testing/adversary/index.ts'
import { sessionPair } from '../testing/sessions.ts'
import { PSI_PROTOCOL, runPsiReceiver, runPsiSender } from './index.ts'

const items = Array.from({ length: 20 }, (_, i) => utf8(`subject ${i}`))

describe('a malicious peer', () => {
  it.each(BATCHED_PSI_ATTACKS)('as $role, $name: $code', async ({ role, code, tamper }) => {
    const parameters = 'psi_rr22_malicious'
    const { client, server } = await sessionPair({ protocol: PSI_PROTOCOL, parameters })
    const hostile = tamperedSession(role === 'receiver' ? client : server, () => tamper)
    const running =
      role === 'receiver' ? runPsiReceiver(hostile, { items }) : runPsiSender(hostile, { items })
    void running.catch(() => {})
    await expectCodeAsync(
      code,
      role === 'receiver' ? runPsiSender(server, { items }) : runPsiReceiver(client, { items }),
    )
    client.abort()
  })
})
