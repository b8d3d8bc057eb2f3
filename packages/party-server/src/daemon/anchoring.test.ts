import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { Consortium } from '@mixun/sdk/consortium'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { verifyLedger } from '../ledger/access.ts'
import { PartyLog } from '../stores/party-log.ts'
import { verifyPartyLogEntry } from '../stores/party-log-tree.ts'
import { consentOf } from '../testing/clients.ts'
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
})
