import { fromHex } from '@mixun/core/bytes'
import type { SuiteId } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { dueSides } from '@mixun/ledger-adapter/ledger'
import { BUILT_IN_AUDIT_RULES } from '@mixun/ledger-adapter/policy'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { jointAnswerRecordCodec, jointReceiptCodec } from '@mixun/ot/joint-query'
import type { Mixun } from '@mixun/sdk'
import { type JointAnswer, OVERDUE_DATASET } from '@mixun/sdk/joint'
import { vi } from 'vitest'
import { decideOpening, type KeptOpening, keptOpening, replayKept } from '../association/audit-openings.ts'
import { drawAuditSample } from '../association/audit-sample.ts'
import type { JointReplay } from '../association/joint-replay.ts'
import { openAssociationLedger } from '../association/ledger.ts'
import { recordRule } from '../association/rules.ts'
import { dueIntents } from '../ledger/due-intents.ts'
import { openJointAnswers } from '../stores/open.ts'
import { DOCUMENT } from './clients.ts'
import { publishBook } from './joint-books.ts'
import { investor } from './subjects.ts'
import { TestConsortium } from './test-consortium.ts'

/** The firms that are asked, in the order of a statement. */
export const PROVIDERS = ['bing', 'ding', 'yi']
/** In fen, of one person at each firm. */
export const AMOUNT = 1_000n
/** Of all firms. */
export const TOTAL = 3_000n
export const PERSON = investor(1)

const { version: _, ...RULES } = BUILT_IN_AUDIT_RULES
const WAIT = { timeout: 15_000, interval: 200 }

/** A consortium whose beacons draw every joint query, jia that asks, and the ledger as its association has it. */
export class AuditedQueries implements AsyncDisposable {
  readonly consortium: TestConsortium
  readonly mixun: Mixun
  readonly ledger: SqliteLedger

  private constructor(consortium: TestConsortium, mixun: Mixun) {
    this.consortium = consortium
    this.mixun = mixun
    this.ledger = openAssociationLedger(consortium.association.home)
  }

  static async found(suite: SuiteId): Promise<AuditedQueries> {
    const firms = Object.fromEntries(['jia', ...PROVIDERS].map(firm => [firm, null]))
    const consortium = await TestConsortium.found({ suite, firms, limits: { answerTimeoutMs: 30_000 } })
    const { home } = consortium.association
    await recordRule(home, 'joint-rules', { minFirms: 3, missingAfterSeconds: 0, pricePerFirm: 1 })
    await recordRule(home, 'audit-rules', { ...RULES, samplePerMillion: 1_000_000, openingHours: 1 })
    for (const provider of PROVIDERS) {
      await publishBook(consortium.firm(provider), [{ subject: PERSON, amount: AMOUNT }])
      await consortium.firm(provider).start()
    }
    return new AuditedQueries(consortium, await consortium.firm('jia').client())
  }

  /** Registers a consent; what is returned asks, and goes on when it is called again. */
  async asking(
    requestId: string,
    of: Parameters<Mixun['jointQuery']>[1]['of'] = 'overdueFen',
  ): Promise<() => Promise<JointAnswer>> {
    const consent = await this.mixun.consents.register(PERSON, {
      classes: ['B'],
      datasets: [OVERDUE_DATASET],
      purpose: 'credit-granting',
      document: DOCUMENT,
      maxUses: 3,
    })
    return () => this.mixun.jointQuery(PERSON, { of, consent, requestId })
  }

  /** Asks with one firm away, which leaves the others' answers kept and the query open; then goes on. */
  async askInTwo(requestId: string, between: (intentId: string) => void): Promise<JointAnswer> {
    const ask = await this.asking(requestId)
    const away = this.consortium.firm('yi')
    await away.stop()
    const missing = await expectCodeAsync('ERR_JOINT_MISSING', ask())
    between(String(missing.details['intentId']))
    await away.start()
    return ask()
  }

  /** Draws until a beacon drew the query. */
  async draw(intentId: string): Promise<void> {
    const { ledger } = this
    await vi.waitFor(async () => {
      await drawAuditSample(this.consortium.association.home, ledger)
      const due = await dueIntents(ledger.registry, ledger, Date.now())
      const isDrawn = due.some(each => each.intentId === intentId && each.inquirer === 'jia')
      if (!isDrawn) throw new Error('expected a beacon that draws the query')
    }, WAIT)
  }

  /** {@link AuditedQueries.draw}, then hands the opening to the association, whose daemon takes the sample in by itself. */
  async drawAndOpen(intentId: string): Promise<void> {
    await this.draw(intentId)
    await vi.waitFor(() => this.mixun.submitOpening(intentId, DOCUMENT), WAIT)
  }

  kept(intentId: string): KeptOpening {
    return keptOpening(this.consortium.association.home, this.ledger.registry, fromHex(intentId))
  }

  replay(intentId: string): Promise<JointReplay | null> {
    return replayKept(this.consortium.association.home, this.ledger.registry, this.kept(intentId))
  }

  decide(intentId: string, decision: 'genuine' | 'forged') {
    return decideOpening(this.consortium.association.home, this.ledger, fromHex(intentId), decision)
  }

  resultOf(intentId: string) {
    return this.ledger.registry.policy.audits.result(fromHex(intentId))
  }

  /** The firms whose side is due, ascending. */
  drawnOf(intentId: string): string[] {
    return dueSides(this.ledger.registry, fromHex(intentId)).sides.toSorted()
  }

  /** Changes the answer that a firm keeps of a query, before its share goes out. */
  tamper(party: string, intentId: string, change: 'share' | 'word'): void {
    using answers = openJointAnswers(this.consortium.firm(party).home)
    const id = fromHex(intentId)
    const answer = answers.find(id)
    if (answer === undefined) throw new Error(`expected an answer of ${party}`)
    const record = jointAnswerRecordCodec.decode(answer.record)
    const [share, words] = [answer.share.slice(), record.words.slice()]
    const own = PROVIDERS.indexOf(party)
    const step = BigInt(own + 1)
    if (change === 'share') add(share, 0, step)
    else {
      // Words that are larger add as much to a share, or take it away.
      for (let j = 0; j < 2; j++) {
        add(words, 16 * j, step)
        add(share, 0, j < own ? -step : step)
      }
    }
    const changed = { ...answer, share, record: jointAnswerRecordCodec.encode({ ...record, words }) }
    answers.keep(id, jointReceiptCodec.decode(answer.receipt).statement, changed)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.mixun.close()
    await this.ledger.close()
    await this.consortium[Symbol.asyncDispose]()
  }
}

/** Adds to the number of 64 bits, lowest byte first, at a place. */
function add(bytes: Uint8Array, at: number, number: bigint): void {
  const view = new DataView(bytes.buffer)
  view.setBigUint64(at, BigInt.asUintN(64, view.getBigUint64(at, true) + number), true)
}
