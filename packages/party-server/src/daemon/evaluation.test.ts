import { existsSync } from 'node:fs'
import { fromHex } from '@mixun/core/bytes'
import { systemRandom } from '@mixun/core/random'
import type { Session } from '@mixun/core/session'
import { expectCodeAsync } from '@mixun/core/testing'
import type { TableName, TablePayload } from '@mixun/ledger-adapter/ledger'
import {
  decodeSignedRefusal,
  runKeywordOtClient,
  type SignedRefusal,
  verifyRefusalReceipt,
} from '@mixun/ot/keyword-ot'
import { type OprfSuite, oprfSuiteOf } from '@mixun/ot/oprf'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type CallOptions, call, refusalOf } from '../testing/call.ts'
import { damaged } from '../testing/damage.ts'
import {
  helloOf,
  type QuestionOptions,
  type RecordedQuestion,
  recordQuestion,
  statementOf,
} from '../testing/recorded-question.ts'
import { investor } from '../testing/subjects.ts'
import { retireKeys } from '../publish/retire.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { PartyLog } from '../stores/party-log.ts'
import type { TestParty } from '../testing/test-party.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'

const subject = investor(1)
let oprf: OprfSuite
let consortium: TestConsortium
let jia: TestParty
let yi: TestParty

const record = (options: Partial<QuestionOptions> = {}) =>
  recordQuestion({ from: jia, subject, classes: ['B'], ...options })

const open = (question: RecordedQuestion, table: TableName, change: Partial<CallOptions> = {}) =>
  call({ from: jia, to: yi, ...helloOf(question, table), ...change })

/** The evaluation, as an honest inquirer asks for it. */
async function evaluate(
  session: Session,
  question: RecordedQuestion,
  table: TablePayload,
): Promise<Uint8Array> {
  const { input, blind } = question
  const { output } = await runKeywordOtClient(session, {
    oprf,
    statement: statementOf(question, table),
    input,
    blind,
  })
  await session.close()
  return output
}

describe.each(SUITES_OF_RUN)('in suite %s', suiteId => {
  beforeAll(async () => {
    oprf = oprfSuiteOf(suiteId)
    const kind = 'contract-due-not-repaid'
    consortium = await TestConsortium.found({
      suite: suiteId,
      firms: { jia: null, yi: [{ subject, kind }], bing: [], ding: null },
    })
    jia = consortium.firm('jia')
    yi = consortium.firm('yi')
  })

  afterAll(() => consortium[Symbol.asyncDispose]())

  it('a recorded question is evaluated once, after it is on the durable log', async () => {
    const question = await record()
    const table = question.table('yi', 'B')
    const output = await evaluate(await open(question, table), question, table)
    expect(output).toHaveLength(oprf.hashBytes)
    const again = await open(question, table)
    await expectCodeAsync('ERR_PEER_REFUSED', evaluate(again, question, table)).then(error =>
      expect(error.details['peerCode']).toBe('ERR_INTENT_REPLAYED'),
    )
    again.abort()
    const logged = yi
      .partyLog()
      .filter(entry => Buffer.compare(entry.intentId ?? Buffer.of(), question.intentId) === 0)
    expect(logged.map(entry => [entry.event, entry.code])).toEqual([
      ['asked', null],
      ['answered', null],
      ['refused', 'ERR_INTENT_REPLAYED'],
    ])
  })

  describe('a receipt', () => {
    it('is needed', async () => {
      const question = await record()
      const { consentReference: _receipt, ...hello } = helloOf(question, question.table('yi', 'B'))
      expect(await refusalOf(await call({ from: jia, to: yi, ...hello }))).toBe('ERR_RECEIPT_MISSING')
    })

    it("of another inquirer's intent is refused", async () => {
      const question = await record()
      const stolen = await open(question, question.table('yi', 'B'), { from: consortium.firm('bing') })
      expect(await refusalOf(stolen)).toBe('ERR_RECEIPT_FOREIGN')
    })

    it('of an intent that asks another class or epoch is refused', async () => {
      const question = await record({ classes: ['C'] })
      const ofB = { ...question.table('yi', 'C'), class: 'B' } as const
      const ofNextEpoch = { ...question.table('yi', 'C'), epoch: 2 }
      expect(await refusalOf(await open(question, ofB))).toBe('ERR_RECEIPT_FOREIGN')
      expect(await refusalOf(await open(question, ofNextEpoch))).toBe('ERR_RECEIPT_FOREIGN')
      expect(await refusalOf(await open(question, question.table('bing', 'C')))).toBe('ERR_TABLE_UNAVAILABLE')
    })

    it('of an intent that does not ask this provider is refused', async () => {
      const question = await record()
      const ding = consortium.firm('ding')
      await ding.publish([])
      await ding.start()
      const table = { provider: 'ding', class: 'B', epoch: 1 } as const
      expect(await refusalOf(await open(question, table, { to: ding }))).toBe('ERR_RECEIPT_FOREIGN')
      await ding.stop()
    })

    it('of an intent that has expired is refused', async () => {
      const lifetimeMs = 300
      const question = await record({ lifetimeMs })
      const expired = Date.now() + lifetimeMs
      await vi.waitUntil(() => Date.now() > expired)
      expect(await refusalOf(await open(question, question.table('yi', 'B')))).toBe('ERR_RECEIPT_FOREIGN')
    })

    it('that the sequencer did not sign, or that is no receipt, is refused', async () => {
      const question = await record()
      const { receipt } = question
      for (const consentReference of [damaged(receipt), receipt.subarray(0, 20)]) {
        const session = await open(question, question.table('yi', 'B'), { consentReference })
        expect(await refusalOf(session)).toBe('ERR_RECEIPT_FOREIGN')
      }
    })
  })

  describe('a request', () => {
    it('whose proof of ρ fails, or that is malformed, is refused before the key is used and burns no intent', async () => {
      const question = await record()
      const table = question.table('yi', 'B')
      const { group } = oprf
      const { elementBytes } = group
      const valid = oprf.group.encodeElement(oprf.group.generator())
      // Two scalars below the order, whichever end it is read from.
      const unproven = systemRandom.bytes(64).with(0, 0).with(31, 0).with(32, 0).with(63, 0)
      const zeros = new Uint8Array(64)
      const bad: readonly [Uint8Array, string][] = [
        [Buffer.concat([valid, unproven]), 'ERR_VERIFY_BLINDING'],
        [new Uint8Array(elementBytes + 64), 'ERR_DECODE_ELEMENT'],
        [Buffer.concat([new Uint8Array(elementBytes).fill(0xff), zeros]), 'ERR_DECODE_ELEMENT'],
        [Buffer.concat([valid, zeros.fill(0xff)]), 'ERR_DECODE_SCALAR'],
        [valid, 'ERR_DECODE_LENGTH'],
        [new Uint8Array(0), 'ERR_DECODE_LENGTH'],
        [Buffer.concat([valid, new Uint8Array(65)]), 'ERR_DECODE_TRAILING'],
      ]
      for (const [bytes, code] of bad) {
        const session = await open(question, table)
        await session.send(bytes)
        expect(await refusalOf(session)).toBe(code)
      }
      expect(await evaluate(await open(question, table), question, table)).toHaveLength(oprf.hashBytes)
    })

    it('about another subject than the one who consented is refused', async () => {
      const question = await record()
      const other = await record({ subject: investor(2) })
      const table = question.table('yi', 'B')
      const { input, blind, element } = other
      // The inquirer itself notices a wrong subject, and sends nothing …
      const unsent = await open(question, table)
      const own = { oprf, statement: statementOf(question, table), input, blind }
      await expectCodeAsync('ERR_VERIFY_COMMITMENT', runKeywordOtClient(unsent, own))
      unsent.abort()
      // … and one that blinds the element of another consent has no proof for the recorded one.
      const session = await open(question, table)
      const swapped = { ...own, statement: { ...own.statement, element } }
      const error = await expectCodeAsync('ERR_PEER_REFUSED', runKeywordOtClient(session, swapped))
      expect(error.details['peerCode']).toBe('ERR_VERIFY_BLINDING')
      session.abort()
    })
  })

  describe('a refusal', () => {
    const statementOfRefusal = async (session: Session): Promise<SignedRefusal | null> => {
      const error = await expectCodeAsync('ERR_PEER_REFUSED', session.receive())
      session.abort()
      const { statement } = error.details
      return statement === undefined ? null : decodeSignedRefusal(fromHex(String(statement)))
    }
    const verified = (refusal: SignedRefusal | null) => {
      const { suite, signingKey } = yi.home.identity
      return verifyRefusalReceipt(suite, signingKey.publicKey, refusal as SignedRefusal)
    }

    it('is signed for its intent, also when it blames the inquirer, which closes nothing', async () => {
      const question = await record()
      const table = question.table('yi', 'B')
      const session = await open(question, table)
      await session.send(new Uint8Array(3))
      expect(verified(await statementOfRefusal(session))).toMatchObject({
        intentId: question.intentId,
        provider: 'yi',
        inquirer: 'jia',
        class: 'B',
        epoch: table.epoch,
        code: 'ERR_DECODE_LENGTH',
      })
      expect(await evaluate(await open(question, table), question, table)).toHaveLength(oprf.hashBytes)
    })

    it('is never signed beside an evaluation, for another inquirer, or for what is no question here', async () => {
      const question = await record()
      const table = question.table('yi', 'B')
      const foreign = await open(question, table, { from: consortium.firm('bing') })
      expect(await statementOfRefusal(foreign)).toBeNull()
      expect(await statementOfRefusal(await open(question, { ...table, epoch: 9 }))).toBeNull()
      await evaluate(await open(question, table), question, table)
      const again = await open(question, table)
      await again.send(new Uint8Array(3))
      expect(await statementOfRefusal(again)).toBeNull()
    })

    it('that gives points back is final: no evaluation follows, and it is signed as often as it is asked for', async () => {
      const question = await record()
      const table = question.table('yi', 'B')
      await consortium.firm('yi').stop()
      {
        using log = new PartyLog(yi.home.paths.partyLog)
        expect(log.close(question.intentId, 'B', 'ERR_LIMIT_KEY_USE')).toBe('ERR_LIMIT_KEY_USE')
      }
      await yi.start()
      for (let i = 0; i < 2; i++) {
        const refusal = await statementOfRefusal(await open(question, table))
        expect(verified(refusal).code).toBe('ERR_LIMIT_KEY_USE')
      }
      expect(await refusalOf(await open(question, table))).toBe('ERR_LIMIT_KEY_USE')
    })
  })

  it('an epoch that was replaced answers its intents until its key is destroyed, and then ERR_EPOCH_STALE', async () => {
    const question = await record()
    const late = await record()
    await yi.publish([{ subject: investor(7), kind: 'false-information' }])
    const fresh = await record()
    const table = fresh.table('yi', 'B')
    expect(table.epoch).toBe(2)
    // The daemon takes the new epoch in when it is first asked for.
    expect(await evaluate(await open(fresh, table), fresh, table)).toHaveLength(oprf.hashBytes)
    const old = question.table('yi', 'B')
    expect(await evaluate(await open(question, old), question, old)).toHaveLength(oprf.hashBytes)
    const { home } = yi
    expect(await retireKeys(home)).toEqual([])
    expect(home.keys.hasOprfKey('B', 1)).toBe(true)
    const afterGrace = () => Date.now() + 3_600_000
    const ofEpoch1 = ['B', 'C'].map(name => ({ provider: 'yi', class: name, epoch: 1 }))
    expect(await retireKeys(home, afterGrace)).toEqual(ofEpoch1)
    const files = [home.paths.book('B', 1, 0), home.paths.table('yi', 'B', 1)]
    expect(files.map(existsSync)).toEqual([false, false])
    expect(home.keys.hasOprfKey('B', 1)).toBe(false)
    expect(home.keys.hasOprfKey('B', 2)).toBe(true)
    expect(await refusalOf(await open(late, late.table('yi', 'B')))).toBe('ERR_EPOCH_STALE')
    expect(await retireKeys(home, afterGrace)).toEqual([])
  })
})
