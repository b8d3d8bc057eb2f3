import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expectCodeAsync } from '@mixun/core/testing'
import { answerToJson, type ConsentId, verifyEvidence } from '@mixun/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openLedgerAccess } from '../ledger/access.ts'
import { PartyLog } from '../stores/party-log.ts'
import { consentOf } from '../testing/clients.ts'
import { serveSilence } from '../testing/impostor.ts'
import { MAKER } from '../testing/records.ts'
import { codeIn, runProcess, startProcess } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'

const PATIENCE = { timeout: 60_000 }
const atYi = investor(1)
const input = `${atYi.reveal()}\n`

describe.each(SUITES_OF_RUN)('while the association is away, suite %s', suite => {
  let consortium: TestConsortium
  beforeAll(async () => {
    const kind = 'contract-due-not-repaid'
    consortium = await TestConsortium.found({
      suite,
      firms: { jia: null, bing: [], yi: [{ subject: atYi, kind }] },
    })
    await consortium.association.stop()
  })
  const daemons: ReturnType<typeof startProcess>[] = []
  afterAll(async () => {
    for (const daemon of daemons) daemon.kill('SIGKILL')
    await consortium[Symbol.asyncDispose]()
  })

  /** The association as a process of its own. */
  const startAssociation = async () => {
    const daemon = startProcess([
      'serve',
      '--home',
      consortium.association.root,
      '--json',
      '--log-level',
      'silent',
    ])
    daemons.push(daemon)
    await once(createInterface(daemon.stdout), 'line')
    return async () => {
      const ended = once(daemon, 'close')
      daemon.kill('SIGKILL')
      await ended
    }
  }
  const jia = () => ['--home', consortium.firm('jia').root, '--json']
  const check = (consent: string, requestId: string) => {
    const options = ['--operator', MAKER, '--consent', consent, '--request-id', requestId]
    return ['check', ...jia(), ...options]
  }
  const ask = async (consent: string, requestId: string) => {
    await using mixun = await consortium.firm('jia').client()
    return answerToJson(
      await mixun.checkDefaults(atYi, { consent: consent as ConsentId, requestId, operator: MAKER }),
    )
  }
  const prebuy = (count: number) =>
    runProcess([
      'prebuy',
      ...jia(),
      '--operator',
      MAKER,
      '--purpose',
      'credit-granting',
      '--count',
      `${count}`,
    ])
  const onLedger = (consent: string) => consortium.usage(consent, 'jia')
  const storedReplies = () => consortium.firm('jia').storedReplies()
  const evaluations = (firm: string) => consortium.firm(firm).evaluations()

  it('a firm asks under intents bought in advance, which are filled in once, whatever was killed', async () => {
    const kill = await startAssociation()
    const consent = await (async () => {
      await using mixun = await consortium.firm('jia').client()
      await mixun.sync()
      return await consentOf(mixun, atYi)
    })()
    const bought = JSON.parse((await prebuy(2)).stdout)
    expect([bought.bought.length, bought.held.length]).toEqual([2, 2])
    expect(await onLedger(consent)).toEqual({ uses: 0, reserved: 8, spent: 0 })
    await kill()

    const answered = await runProcess(check(consent, 'away-1'), { input })
    expect(answered.exitCode).toBe(0)
    const provisional = JSON.parse(answered.stdout)
    expect(provisional).toMatchObject({ verdict: 'found', missing: [], isProvisional: true })
    expect(await ask(consent, 'away-1')).toEqual(provisional)

    // Cut between use and fill-in, when bing has answered and yi has not.
    const yi = consortium.firm('yi')
    const before = storedReplies()
    await yi.stop()
    const silence = await serveSilence(yi)
    const cut = startProcess(check(consent, 'away-2'))
    cut.stdin.end(input)
    await vi.waitUntil(() => storedReplies() === before + 2, PATIENCE)
    cut.kill('SIGKILL')
    await once(cut, 'close')
    await silence.close(0)
    await yi.start()
    await expect(ask(consent, 'away-3')).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_CHANNEL_/),
    })
    expect(await onLedger(consent)).toEqual({ uses: 0, reserved: 8, spent: 0 })

    const killAgain = await startAssociation()
    const final = await ask(consent, 'away-1')
    expect(final).toMatchObject({ verdict: 'found', missing: [], isProvisional: false })
    expect(final.records).toEqual(provisional.records)
    {
      // The killed process holds its request for some seconds more.
      await using mixun = await consortium.firm('jia').client()
      const isSettled = async () => {
        await mixun.settle()
        return (await mixun.points()).reserved === 0
      }
      await vi.waitUntil(isSettled, PATIENCE)
    }
    // What yi did not answer is paid too: silence gives nothing back.
    expect(await onLedger(consent)).toEqual({ uses: 2, reserved: 0, spent: 8 })
    expect([evaluations('bing'), evaluations('yi')]).toEqual([4, 2])
    {
      await using member = await openLedgerAccess(consortium.firm('bing').home)
      await verifyEvidence(final.evidence, member.registry, member.ledger)
    }
    // The ledger is in reach: the ordinary path, though the consent and the request id are those of before.
    expect(await ask(consent, 'away-2')).toMatchObject({
      verdict: 'found',
      missing: [],
      isProvisional: false,
    })
    expect(await onLedger(consent)).toEqual({ uses: 3, reserved: 0, spent: 12 })

    for (const firm of ['bing', 'yi']) {
      using log = new PartyLog(consortium.firm(firm).home.paths.partyLog)
      await vi.waitUntil(() => log.receipts.all().length === 0, PATIENCE)
      expect(log.receipts.alarms()).toEqual([])
    }
    await using ledger = await openLedgerAccess(consortium.association.home)
    ledger.verify()
    ledger.recomputePoints()
    await killAgain()
  }, 240_000)

  it.runIf(suite === 'intl')(
    'too many are refused, what expires comes back, consents bind',
    async () => {
      const kill = await startAssociation()
      {
        await using mixun = await consortium.firm('jia').client()
        const before = await mixun.points()
        const [short] = await mixun.buyIntents({ purpose: 'monitoring', hours: 1 / 3_600 })
        expect((await mixun.points()).reserved).toBe(4)
        await vi.waitUntil(async () => (await mixun.settle()).length > 0, PATIENCE)
        expect(Date.now()).toBeGreaterThan(short?.expiresAt ?? Infinity)
        expect(await mixun.points()).toEqual(before)
        await expectCodeAsync('ERR_INPUT_RANGE', mixun.buyIntents({ purpose: 'monitoring', count: 0 }))
      }
      const many = await prebuy(4)
      expect([many.exitCode, codeIn(many)]).toEqual([1, 'ERR_INTENT_LIMIT'])
      await using mixun = await consortium.firm('jia').client()
      expect(mixun.heldIntents()).toHaveLength(3)
      // A consent is used as often as it allows, whether the ledger counts or not, and filled in before it is withdrawn.
      const once = await consentOf(mixun, atYi, { maxUses: 1 })
      await mixun.sync()
      const { spent } = await mixun.points()
      await kill()
      const again = (requestId: string) => mixun.checkDefaults(atYi, { consent: once, requestId })
      expect(await again('once-1')).toMatchObject({ isProvisional: true, verdict: 'found' })
      await expectCodeAsync('ERR_CONSENT_EXHAUSTED', again('once-2'))
      expect(mixun.heldIntents()).toHaveLength(2)
      const killAgain = await startAssociation()
      await mixun.consents.withdraw(once, 'subject-withdrew')
      expect(await onLedger(once)).toEqual({ uses: 1, reserved: 8, spent: spent + 4 })
      expect(await again('once-1')).toMatchObject({ isProvisional: false, missing: [] })
      await expectCodeAsync('ERR_CONSENT_WITHDRAWN', again('once-3'))
      await killAgain()
      await expectCodeAsync('ERR_CONSENT_WITHDRAWN', again('once-4'))
      expect(mixun.heldIntents()).toHaveLength(2)
    },
    240_000,
  )
})
