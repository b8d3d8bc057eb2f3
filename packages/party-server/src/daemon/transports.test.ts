import type { Mixun } from '@mixun/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { consentOf } from '../testing/clients.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

const [atYi, atBing] = [investor(1), investor(2)]

let consortium: TestConsortium
let mixun: Mixun

beforeAll(async () => {
  consortium = await TestConsortium.found({
    webSockets: ['xiehui', 'yi'],
    firms: {
      jia: null,
      yi: [{ subject: atYi, kind: 'contract-due-not-repaid' }],
      bing: [{ subject: atBing, kind: 'judicial-dispute' }],
    },
  })
  mixun = await consortium.firm('jia').client()
})
afterAll(async () => {
  await mixun.close()
  await consortium[Symbol.asyncDispose]()
})

it('an inquiry reaches parties that serve WebSockets and parties that serve gRPC', async () => {
  const members = [consortium.association, consortium.firm('yi'), consortium.firm('bing')]
  const schemes = members.map(({ home }) => home.config.listen.advertise.startsWith('wss://'))
  expect(schemes).toEqual([true, true, false])
  for (const [subject, reporter] of [
    [atYi, 'yi'],
    [atBing, 'bing'],
  ] as const) {
    const consent = await consentOf(mixun, subject)
    const answer = await mixun.checkDefaults(subject, { consent, requestId: `at ${reporter}` })
    expect(answer).toMatchObject({ verdict: 'found', missing: [] })
    expect(answer.records.map(record => record.reporter)).toEqual([reporter])
  }
})
