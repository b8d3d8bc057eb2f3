import { utf8 } from '@mixun/core/bytes'
import { expect, it } from 'vitest'
import { sessionPair } from '../testing/sessions.ts'
import { ECDH_PSI_PROTOCOL, ecdhPsiSuites } from './params.ts'
import { runEcdhPsiClient, runEcdhPsiServer } from './run.ts'

it.each(ecdhPsiSuites.flatMap(({ id }) => [2 ** 12, 2 ** 16].map(count => ({ id, count }))))(
  '$count items a side under $id',
  async ({ id, count }) => {
    const { client, server } = await sessionPair({ protocol: ECDH_PSI_PROTOCOL, parameters: id })
    const items = (from: number) => Array.from({ length: count }, (_, i) => utf8(`subject ${from + i}`))
    const [own, other] = await Promise.all([
      runEcdhPsiClient(client, { items: items(0) }),
      runEcdhPsiServer(server, { items: items(count / 2) }),
    ])
    expect(own.common).toEqual(Array.from({ length: count / 2 }, (_, i) => count / 2 + i))
    expect(other.common).toEqual(Array.from({ length: count / 2 }, (_, i) => i))
  },
)
