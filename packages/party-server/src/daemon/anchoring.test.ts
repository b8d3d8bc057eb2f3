import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { Consortium } from '@mixun/sdk/consortium'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { resetPartyLog } from '../association/reset-party-log.ts'
import { requestLogReset as requestLogResetVerb } from '../cli/verbs/request-log-reset.ts'
import { resetPartyLog as resetPartyLogVerb } from '../cli/verbs/reset-party-log.ts'
import { examine } from '../doctor/doctor.ts'
import { verifyLedger } from '../ledger/access.ts'
import { requestLogReset } from '../ledger/request-log-reset.ts'
import { PartyLog } from '../stores/party-log.ts'
import { verifyPartyLogEntry } from '../stores/party-log-tree.ts'
import { call } from '../testing/call.ts'
import { consentOf } from '../testing/clients.ts'
import { helloOf, recordQuestion } from '../testing/recorded-question.ts'
import { CHECKER, MAKER } from '../testing/records.ts'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'
import { anchorPartyLog } from './anchor-party-log.ts'

const PATIENCE = { timeout: 30_000 }
const DAY_MS = 86_400_000

describe.each(SUITES_OF_RUN)('the party log of a provider, suite %s', suiteId => {
  let consortium: TestConsortium
  let yi: TestParty
  beforeAll(async () => {
    consortium = await TestConsortium.found({ suite: suiteId, firms: { jia: null, bing: null, yi: [] } })
    yi = consortium.firm('yi')
  })
  afterAll(() => consortium[Symbol.asyncDispose]())

  const openLog = () => new PartyLog(yi.home.paths.partyLog, undefined, yi.home.identity.suite)

  async function ask(i: number): Promise<Uint8Array> {
    await using jia = await consortium.firm('jia').client()
    const answer = await jia.checkDefaults(investor(i), {
      consent: await consentOf(jia, investor(i)),
      requestId: `inquiry ${i}`,
    })
    return Buffer.from(answer.evidence.intentId, 'hex')
  }

  /** The head of yi's log as another member finds it on the ledger. */
  async function anchored() {
    const bing = Consortium.open(consortium.firm('bing').home)
    await bing.sync()
    const head = bing.registry.partyLog('yi')
    await bing.close()
    return head
  }

  /** As the daemon does on another day. */
  async function anchorTomorrow(): Promise<number | null> {
    const member = Consortium.open(yi.home)
    using log = openLog()
    try {
      await member.sync()
      return await anchorPartyLog(member, log, Date.now() + DAY_MS)
    } finally {
      await member.close()
    }
  }

  it('goes from its daemon to the ledger, and shows another member what was asked', async () => {
    const intentId = await ask(1)
    expect(await anchored()).toBeUndefined()
    // Duties are looked at when a daemon starts.
    await yi.stop()
    yi.configure('anchor', true)
    await yi.start()
    await vi.waitUntil(() => yi.logText.includes('party log anchored'), PATIENCE)
    const head = await anchored()
    if (head === undefined) throw new Error('expected an anchored head')
    using log = openLog()
    expect(log.tree.headAt(head.size).root).toEqual(head.root)
    const entries = log
      .entries()
      .filter(entry => Buffer.compare(entry.intentId ?? new Uint8Array(0), intentId) === 0)
    expect(entries.map(({ event, class: name }) => `${event} ${name}`).toSorted()).toEqual([
      'answered B',
      'answered C',
      'asked B',
      'asked C',
    ])
    const { suite } = consortium.firm('bing').home.identity
    for (const entry of entries) {
      const proof = log.tree.proveEntry(entry.sequence, head.size)
      verifyPartyLogEntry(suite, head, entry, proof)
      const others = [
        { ...entry, inquirer: 'bing' },
        { ...entry, at: entry.at + 1 },
        { ...entry, sequence: 1 + (entry.sequence % 4) },
      ]
      for (const other of others)
        expectCode('ERR_VERIFY_ROOT', () => verifyPartyLogEntry(suite, head, other, proof))
    }
    await verifyLedger(yi.home)
  })

  it('that is rolled back is found by its own daemon, and by no other head does it get around the ledger', async () => {
    const backup = join(consortium.root, 'party-log.db')
    await yi.stop()
    copyFileSync(yi.home.paths.partyLog, backup)
    const earlier = (await anchored())?.size
    await yi.start()
    await ask(2)
    await yi.stop()
    const size = await anchorTomorrow()
    expect(size).toBeGreaterThan(Number(earlier))
    expect((await anchored())?.size).toBe(size)
    // Once a day, and only when it grew.
    expect(await anchorTomorrow()).toBeNull()

    copyFileSync(backup, yi.home.paths.partyLog)
    await yi.start()
    await vi.waitUntil(() => yi.loggedCodes.includes('ERR_PARTY_LOG'), PATIENCE)
    await expectCodeAsync('ERR_PARTY_LOG', verifyLedger(yi.home))
    // It grows again, past the head that was anchored: still another log.
    await ask(3)
    await ask(4)
    await yi.stop()
    await expectCodeAsync('ERR_PARTY_LOG', anchorTomorrow())
    await expectCodeAsync('ERR_PARTY_LOG', verifyLedger(yi.home))
    const member = Consortium.open(yi.home)
    await member.sync()
    using log = openLog()
    expect(log.tree.size).toBeGreaterThan(Number(size))
    for (const head of [log.tree.head(), log.tree.headAt(Number(earlier))]) {
      for (const proof of [
        [],
        head.size > Number(size) ? log.tree.proveConsistency(Number(size), head.size) : [],
      ]) {
        const append = member.append('party-log-anchored', { ...head, proof })
        await expectCodeAsync('ERR_LEDGER_PARTY_LOG', append)
      }
    }
    await member.close()
    expect((await anchored())?.size).toBe(size)
  })

  it('begins anew by a reset that the firm signs and the association records, and answers nothing of before', async () => {
    const lost = await anchored()
    const jia = consortium.firm('jia')
    const question = await recordQuestion({ from: jia, subject: investor(5), classes: ['B'] })
    expect(await doctored()).toEqual(['error'])

    const file = join(consortium.root, 'log-reset.json')
    const options = ['--reason', 'restored-from-backup', '--operator', MAKER, '--out', file]
    const asked = await runVerb(requestLogResetVerb, [...options, '--home', yi.root, '--json'])
    expect([asked.exitCode, asked.stderr]).toEqual([0, ''])
    expect(JSON.parse(asked.stdout)).toMatchObject({ party: 'yi', anchoredSize: lost?.size })
    const { home, root } = consortium.association
    const record = (operator: string) =>
      runVerb(resetPartyLogVerb, [file, '--operator', operator, '--home', root, '--json'])
    expect(codeIn(await record(MAKER))).toBe('ERR_OPERATOR_UNKNOWN')
    const request = JSON.parse(readFileSync(file, 'utf8'))
    await expectCodeAsync('ERR_VERIFY_SIGNATURE', resetPartyLog(home, { ...request, reason: 'lost' }))
    await expectCodeAsync('ERR_DECODE_SCHEMA', resetPartyLog(home, { ...request, reason: 'bored' }))
    expect(JSON.parse((await record(CHECKER)).stdout)).toMatchObject({ party: 'yi', endsIndex: lost?.index })
    await expectCodeAsync('ERR_LEDGER_PARTY_LOG', resetPartyLog(home, request))

    await verifyLedger(yi.home)
    expect(await doctored()).toEqual(['ok'])
    await expectCodeAsync('ERR_LEDGER_PARTY_LOG', requestLogReset(yi.home, 'lost'))
    await yi.start()
    // It may have answered this by the log that is lost; a signed refusal could contradict that evaluation.
    const table = question.table('yi', 'B')
    const session = await call({ from: jia, to: yi, ...helloOf(question, table) })
    const { details } = await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
    expect([details['peerCode'], details['statement'] ?? null]).toEqual(['ERR_PARTY_LOG', null])
    expect(yi.partyLog().at(-1)).toMatchObject({ event: 'refused', code: 'ERR_PARTY_LOG' })
    await ask(6)
    await yi.stop()
    expect(yi.partyLog().at(-1)).toMatchObject({ event: 'answered' })
    expect(await anchorTomorrow()).toBe(yi.partyLog().length)
    await verifyLedger(yi.home)
  })

  /** What the doctor says of the party log, by yi's own copy of the ledger. */
  async function doctored() {
    const findings = await examine({ root: yi.root, open: async () => yi.home })
    return findings.filter(({ check }) => check === 'party-log').map(({ severity }) => severity)
  }
})
