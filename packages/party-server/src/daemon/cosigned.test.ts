import { expectCodeAsync } from '@mixun/core/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { consentOf } from '../testing/clients.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'

let consortium: TestConsortium
let jia: TestParty
beforeAll(async () => {
  consortium = await TestConsortium.found({
    firms: { jia: null, yi: [], bing: [], ding: [] },
    limits: { cosignatures: 2, answerTimeoutMs: 20_000 },
  })
  jia = consortium.firm('jia')
})
afterAll(() => consortium[Symbol.asyncDispose]())

const ask = async (requestId: string) => {
  const mixun = await jia.client()
  try {
    return await mixun.checkDefaults(investor(0), { consent: await consentOf(mixun, investor(0)), requestId })
  } finally {
    await mixun.close()
  }
}

it('a check waits until the daemons of two other members have cosigned every table', async () => {
  expect(await ask('cosigned')).toMatchObject({ verdict: 'clear', missing: [] })
})

it('a table that too few members stand behind is not asked, and costs nothing: ERR_TABLE_UNCOSIGNED', async () => {
  jia.setLimit('cosignatures', 3)
  jia.setLimit('answerTimeoutMs', 300)
  const size = consortium.ledgerSize
  const error = await expectCodeAsync('ERR_TABLE_UNCOSIGNED', ask('too few'))
  expect(error.details).toMatchObject({ required: 3, found: 2 })
  expect(consortium.ledgerSize).toBe(size + 1) // the consent
})
