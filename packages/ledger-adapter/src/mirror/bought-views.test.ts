import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { intl, sm } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'
import type { LedgerMirror } from './ledger-mirror.ts'
import { withFalseEntry } from './test-false-entries.ts'

const FIRMS = ['bing', 'ding', 'jia', 'regulator', 'yi']
/** All that jia asks for class B; ding publishes nothing and is not asked. */
const ASKED = ['bing', 'yi'].map(provider => ({ provider, class: 'B' as const, epoch: 1 }))

describe.each([intl, sm])(
  'who sees what of intents bought in advance and of tickets, in suite $id',
  suite => {
    let consortium: TestConsortium
    let ledger: SqliteLedger
    let folder: string
    let open: LedgerMirror[]

    beforeEach(async () => {
      consortium = new TestConsortium(FIRMS, undefined, suite)
      folder = mkdtempSync(join(tmpdir(), 'mixun-bought-views-'))
      open = []
      ledger = openTestLedger(consortium)
      const isPublished = (author: string) => ASKED.some(({ provider }) => provider === author)
      await ledger.appendMany(
        consortium.opening().filter(each => each.kind !== 'table' || isPublished(each.author)),
      )
    })
    afterEach(async () => {
      for (const mirror of open) mirror.close()
      await ledger.close()
      rmSync(folder, { recursive: true })
    })

    const mirrorOf = (party: string) => {
      const mirror = openTestMirror(consortium, party, { file: join(folder, `${party}.db`) })
      open.push(mirror)
      return mirror
    }
    const ticket = (commitment = consortium.bytes(32)) =>
      ({ ticketId: consortium.bytes(16), about: 'record', addressee: 'yi', commitment, price: 5 }) as const

    test('the inquirer and a regulator all of it, the asked the purchase and its use, others nothing', async () => {
      const consent = consortium.consent('jia')
      const bought = consortium.bought('jia', ASKED)
      const intent = consortium.intent(consent, ASKED, { intentId: bought.intentId, isBought: true })
      const disputed = ticket()
      await ledger.append(consortium.entry('jia', 'consent', consent))
      await ledger.append(consortium.entry('jia', 'intent-bought', bought))
      await ledger.append(consortium.entry('yi', 'table', consortium.table('yi', { epoch: 2 })))
      await ledger.append(consortium.entry('jia', 'intent', intent, TEST_NOW))
      await ledger.append(
        consortium.entry('jia', 'outcome', consortium.outcome(intent, ['evaluated', 'refused'])),
      )
      await ledger.append(consortium.entry('jia', 'ticket', disputed))
      const answer = { ticketId: disputed.ticketId, answerDigest: consortium.bytes(32), notice: null }
      await ledger.append(consortium.entry('yi', 'ticket-answered', { ...answer, outcome: 'upheld' }))
      for (const party of FIRMS) {
        const mirror = mirrorOf(party)
        await mirror.sync(ledger)
        const isFull = party === 'jia' || party === 'regulator'
        const isAsked = party === 'bing' || party === 'yi'
        expect(mirror.registry.purchase(bought.intentId)?.bought).toEqual(
          isFull || isAsked ? bought : undefined,
        )
        expect(mirror.registry.intent(bought.intentId)?.intent).toEqual(
          isFull || isAsked ? intent : undefined,
        )
        const seen = mirror.registry.policy.tickets.find(disputed.ticketId)
        expect(seen?.author).toBe(isFull || party === 'yi' ? 'jia' : undefined)
        const balance = isFull ? mirror.balance('jia') : await ledger.balance('jia')
        expect(balance).toEqual(await ledger.balance('jia'))
        mirror.recomputePoints()
        mirror.verify()
      }
      // 3 for the one that answered, 5 for a ticket that changed nothing.
      expect(await ledger.balance('jia')).toMatchObject({ reserved: 0, spent: 8 })
    })

    test('a regulator that came after the purchase takes its use', async () => {
      const late = new TestConsortium(FIRMS, 'late', suite)
      const fresh = openTestLedger(late)
      const entries = late.opening().filter(({ author }) => author !== 'regulator')
      const admission = entries.findIndex((_, i) => i === 1 + FIRMS.indexOf('regulator'))
      await fresh.appendMany(entries.filter((_, i) => i !== admission))
      const consent = late.consent('jia')
      const asked = ['bing', 'ding', 'yi'].map(provider => ({ provider, class: 'B' as const, epoch: 1 }))
      const bought = late.bought('jia', asked)
      await fresh.append(late.seal(late.sign('jia', 'consent', consent), ['regulator']))
      await fresh.append(late.seal(late.sign('jia', 'intent-bought', bought), ['regulator']))
      await fresh.append(entries[admission] as (typeof entries)[number])
      const intent = late.intent(consent, asked, { intentId: bought.intentId, isBought: true })
      await fresh.append(late.entry('jia', 'intent', intent))
      const mirror = openTestMirror(late, 'regulator', { file: join(folder, 'late.db') })
      open.push(mirror)
      await mirror.sync(fresh)
      expect(mirror.registry.purchase(bought.intentId)).toBeUndefined()
      expect(mirror.registry.intent(bought.intentId)?.intent).toEqual(intent)
      mirror.verify()
      await fresh.close()
    })

    test('an asked firm finds a use that was not bought, or bought for less: ERR_LEDGER_RULES', async () => {
      const consent = consortium.consent('jia')
      const bought = consortium.bought('jia', ASKED)
      await ledger.append(consortium.entry('jia', 'consent', consent))
      await ledger.append(consortium.entry('jia', 'intent-bought', bought))
      const use = { intentId: bought.intentId, isBought: true }
      const long = consortium.intent(consent, ASKED, { ...use, expiresAt: bought.expiresAt + 1 })
      const cheap = consortium.bought('jia', ASKED, { price: 1 })
      for (const [entry, rule] of [
        [consortium.entry('jia', 'intent', long), 'ERR_INTENT_FILL_IN'],
        [consortium.entry('jia', 'intent-bought', cheap), 'ERR_POINTS_PRICE'],
      ] as const) {
        const lie = await withFalseEntry(consortium, ledger, entry)
        const yi = mirrorOf('yi')
        const error = await expectCodeAsync('ERR_LEDGER_RULES', yi.sync(lie))
        expect(error.details).toMatchObject({ rule })
        yi.close()
      }
    })
  },
)
