import { afterAll, beforeAll, expect, it } from 'vitest'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

let consortium: TestConsortium
beforeAll(async () => {
  const t = performance.now()
  consortium = await TestConsortium.found({
    firms: { jia: [], yi: [{ subject: investor(1), kind: 'contract-due-not-repaid' }], bing: [] },
    association: [],
  })
  console.log('found', performance.now() - t)
})
afterAll(async () => {
  const t = performance.now()
  await consortium[Symbol.asyncDispose]()
  console.log('dispose', performance.now() - t)
})
it('x', async () => {
  await using mixun = await consortium.firm('jia').client()
  for (let i = 0; i < 3; i++) {
    const t = performance.now()
    const consent = await mixun.consents.register(investor(1), {
      classes: ['A', 'B', 'C'],
      purpose: 'credit-granting',
      document: new Uint8Array(3),
      maxUses: 100,
    })
    const t2 = performance.now()
    const answer = await mixun.checkDefaults(investor(1), { consent, requestId: `r${i}` })
    console.log(t2 - t, performance.now() - t2, answer)
    expect(answer.verdict).toBe('found')
  }
})
