import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { consentOf } from '../testing/clients.ts'
import { serveSilence } from '../testing/impostor.ts'
import { MAKER } from '../testing/records.ts'
import { runProcess, startProcess } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'

const PATIENCE = { timeout: 60_000 }
const atYi = investor(1)
const input = `${atYi.reveal()}\n`

describe.each(SUITES_OF_RUN)('one request id in several processes, suite %s', suite => {
  let consortium: TestConsortium
  beforeAll(async () => {
    const kind = 'contract-due-not-repaid'
    consortium = await TestConsortium.found({
      suite,
      firms: { jia: null, bing: [], yi: [{ subject: atYi, kind }] },
    })
  })
  afterAll(() => consortium[Symbol.asyncDispose]())

  const newConsent = async () => {
    await using mixun = await consortium.firm('jia').client()
    return await consentOf(mixun, atYi)
  }
  const check = (consent: string, requestId: string) => {
    const home = consortium.firm('jia').root
    const options = ['--consent', consent, '--request-id', requestId, '--json']
    return ['check', '--home', home, '--operator', MAKER, ...options]
  }
  const onLedger = (consent: string) => consortium.usage(consent, 'jia')
  const storedReplies = () => consortium.firm('jia').storedReplies()
  const evaluations = (firm: string) => consortium.firm(firm).evaluations()

  it('that was killed between intent and answers goes on under its intent, and pays once', async () => {
    const consent = await newConsent()
    const before = await onLedger(consent)
    const yi = consortium.firm('yi')
    await yi.stop()
    const silence = await serveSilence(yi)
    const killed = startProcess(check(consent, 'killed'))
    killed.stdin.end(input)
    await vi.waitUntil(() => storedReplies() === 2, PATIENCE)
    expect((await onLedger(consent)).reserved).toBe(4)
    killed.kill('SIGKILL')
    await once(killed, 'close')
    await silence.close(0)
    await yi.start()
    const answered = await runProcess(check(consent, 'killed'), { input })
    expect(answered).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(answered.stdout)).toMatchObject({ verdict: 'found', missing: [] })
    expect(await onLedger(consent)).toEqual({ uses: 1, reserved: 0, spent: before.spent + 4 })
    expect([evaluations('bing'), evaluations('yi')]).toEqual([2, 2])
    expect(storedReplies()).toBe(0)
    // What was answered before the cut can be opened as what was answered after it.
    await using mixun = await consortium.firm('jia').client()
    const opened = mixun.openEvidence('killed').reveal()
    expect(opened.transcripts.map(({ party }) => party).toSorted()).toEqual(['bing', 'bing', 'yi', 'yi'])
  })

  it.runIf(suite === 'intl')(
    'that is new to two processes at once is asked by one, and answered to both',
    async () => {
      const consent = await newConsent()
      const before = await onLedger(consent)
      const both = await Promise.all([1, 2].map(() => runProcess(check(consent, 'both'), { input })))
      const [one, two] = both.map(({ stdout }) => JSON.parse(stdout))
      expect(one).toEqual(two)
      expect(one).toMatchObject({ verdict: 'found', missing: [] })
      expect(await onLedger(consent)).toMatchObject({ uses: 1, spent: before.spent + 4 })
      expect([evaluations('bing'), evaluations('yi')]).toEqual([4, 4])
    },
  )
})
