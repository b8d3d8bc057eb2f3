import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex, utf8 } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readOpening } from '../ledger/entry-opening.ts'
import type { SealedEntry } from '../ledger/sealed-entry.ts'
import type { LedgerVerifiers } from '../ledger/verifiers.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_NOW, TestConsortium } from '../testing/test-consortium.ts'
import type { LedgerMirror } from './ledger-mirror.ts'
import { sealTo, withFalseEntry } from './test-false-entries.ts'

const FIRMS = ['bing', 'ding', 'jia', 'regulator', 'yi']
/** All that jia asks for class B; ding publishes nothing and is not asked. */
const ASKED = ['bing', 'yi'].map(provider => ({ provider, class: 'B' as const, epoch: 1 }))

describe.each([intl, sm])('who sees what of an inquiry, in suite $id', suite => {
  let consortium: TestConsortium
  let ledger: SqliteLedger
  let folder: string
  let open: LedgerMirror[]

  const openLedger = (verifiers: LedgerVerifiers = consortium.verifiers) =>
    openTestLedger(consortium, { verifiers, now: () => TEST_NOW + 61_000 })
  const fileOf = (party: string) => join(folder, `${party}.db`)
  const mirrorOf = (party: string, snapshotEntries = 1_000) => {
    const reader = party === 'nobody' ? null : party
    const mirror = openTestMirror(consortium, reader, { file: fileOf(party), snapshotEntries })
    open.push(mirror)
    return mirror
  }
  /** Genesis, members, and the tables of bing and yi. */
  const opening = () => consortium.opening().filter(({ kind, author }) => kind !== 'table' || isAsked(author))
  const isAsked = (party: string) => ASKED.some(({ provider }) => provider === party)
  /** Consent, intent, outcome with one signed refusal, a second intent that is left open. */
  const inquire = async () => {
    const consent = consortium.consent('jia')
    const [intent, second] = [consortium.intent(consent, ASKED), consortium.intent(consent, ASKED)]
    const outcome = consortium.outcome(intent, ['evaluated', 'refused'])
    await ledger.append(consortium.entry('jia', 'consent', consent))
    await ledger.append(consortium.entry('jia', 'intent', intent))
    await ledger.append(consortium.entry('jia', 'outcome', outcome))
    await ledger.append(consortium.entry('jia', 'intent', second))
    return { consent, intent, second, outcome }
  }

  beforeEach(async () => {
    consortium = new TestConsortium(FIRMS, undefined, suite)
    folder = mkdtempSync(join(tmpdir(), 'mixun-views-'))
    open = []
    ledger = openLedger()
    await ledger.appendMany(opening())
  })
  afterEach(async () => {
    for (const mirror of open) mirror.close()
    await ledger.close()
    rmSync(folder, { recursive: true })
  })

  test.each(['regulator', 'jia'])(
    '%s sees all of it, and recomputes consents, points and budgets',
    async party => {
      const { consent, intent, second } = await inquire()
      const mirror = mirrorOf(party)
      await mirror.sync(ledger)
      const { registry } = mirror
      expect(registry.consent(consent.consentId)).toMatchObject({ consent, uses: 2, withdrawnIndex: null })
      for (const each of [intent, second]) {
        expect(registry.intent(each.intentId)).toEqual(ledger.registry.intent(each.intentId))
        expect(registry.intent(each.intentId)?.basis?.consentId).toEqual(consent.consentId)
      }
      expect(registry.intent(intent.intentId)?.outcomeIndex).toBe(10)
      expect(mirror.balance('jia')).toEqual(await ledger.balance('jia'))
      expect(mirror.balance('jia')).toEqual({ available: 91, reserved: 6, spent: 3, earned: 100 })
      expect(mirror.pointsEvents('jia')).toEqual(ledger.pointsEvents('jia'))
      mirror.verify()
    },
  )

  test('the regulator and the association know every balance; a firm its own, exactly', async () => {
    await inquire()
    const [regulator, yi] = [mirrorOf('regulator'), mirrorOf('yi')]
    await regulator.sync(ledger)
    await yi.sync(ledger)
    for (const party of FIRMS) expect(regulator.balance(party)).toEqual(await ledger.balance(party))
    expect(regulator.balance('regulator').earned).toBe(0)
    const consent = consortium.entry('regulator', 'consent', consortium.consent('regulator'))
    await expectCodeAsync('ERR_LEDGER_AUTHOR', ledger.append(consent))
    const address = { partyId: 'regulator', address: null }
    await ledger.append(consortium.entry('regulator', 'member-address', address))
    expect(yi.balance('yi')).toEqual(await ledger.balance('yi'))
    expect(yi.pointsEvents('yi')).toEqual(ledger.pointsEvents('yi'))
    expectCode('ERR_LEDGER_SEALED', () => yi.balance('jia'))
  })

  test('an asked party sees the intents that ask it, and not what they rest on or came to', async () => {
    const { consent, intent, second } = await inquire()
    const mirror = mirrorOf('yi')
    await mirror.sync(ledger)
    const { registry } = mirror
    for (const each of [intent, second]) {
      expect(registry.intent(each.intentId)).toMatchObject({ intent: each, basis: null, outcomeIndex: null })
    }
    expect(registry.consent(consent.consentId)).toBeUndefined()
    // The one unlinkable: nothing that it can open names the consent.
    for (const { entry } of mirror.entries(0, 100)) {
      expect(JSON.stringify(registry.read(entry))).not.toContain(JSON.stringify(consent.consentId))
    }
    expect(mirror.pointsEvents('jia').map(({ kind }) => kind)).toEqual(['grant'])
    mirror.verify()
  })

  test.each(['ding', 'nobody'])('%s sees none of it: not in the registry, not in the file', async party => {
    const { consent, intent, second } = await inquire()
    const mirror = mirrorOf(party, 3)
    await mirror.sync(ledger)
    const { registry } = mirror
    expect(registry.consent(consent.consentId)).toBeUndefined()
    expect(registry.intent(intent.intentId)).toBeUndefined()
    expectCode('ERR_LEDGER_SEALED', () => mirror.opening(10))
    expectCode('ERR_LEDGER_SEALED', () => mirror.balance('jia'))
    mirror.verify()
    mirror.close()
    const secrets = [
      consent.consentId,
      consent.commitment,
      intent.intentId,
      intent.element,
      second.intentId,
      utf8('credit-granting'),
      utf8('purpose'),
      utf8('maxUses'),
    ]
    expect(secretsIn(fileOf(party), secrets)).toEqual([])
    // The search finds what is there: the inquirer's own file holds ids in its tables.
    const own = mirrorOf('jia')
    await own.sync(ledger)
    own.close()
    expect(secretsIn(fileOf('jia'), secrets)).toContain(toHex(consent.consentId))
  })

  test('nothing that stands in the clear of a sealed entry tells two inquirers or purposes apart', async () => {
    for (const firm of ['jia', 'ding']) {
      const purpose = firm === 'jia' ? 'credit-granting' : 'monitoring'
      const consent = consortium.consent(firm, { purpose })
      await ledger.append(consortium.entry(firm, 'consent', consent))
      await ledger.append(consortium.entry(firm, 'intent', consortium.intent(consent, ASKED)))
    }
    const sealed = (await ledger.entries(8, 10)).map(({ entry, sequencedAt }) => {
      if (entry.kind !== 'sealed') throw new Error('expected sealed entries')
      const { slots, outer, inner, ends } = entry
      return [Object.keys(entry).join(), slots.length, outer.length, inner.length, ends.length, sequencedAt]
    })
    expect(sealed).toHaveLength(4)
    expect(new Set(sealed.map(String)).size).toBe(1)
    expect(Number(sealed[0]?.[5]) % 300_000).toBe(0)
  })

  test('a withdrawal ends the open intents for all, and shows its consent to its readers only', async () => {
    const { consent, intent, second } = await inquire()
    const intents = [intent.intentId, second.intentId]
    const withdrawal = { consentId: consent.consentId, reason: 'subject-withdrew' as const, intents }
    const { receipt } = await ledger.append(consortium.entry('jia', 'consent-withdrawn', withdrawal))
    for (const party of ['jia', 'regulator', 'yi', 'nobody']) {
      const mirror = mirrorOf(party)
      await mirror.sync(ledger)
      for (const intentId of intents) expect(mirror.registry.intentEndedAt(intentId)).toBe(receipt.index)
      expect(mirror.registry.intentEndedAt(consortium.bytes(16))).toBeUndefined()
      const seen = mirror.registry.consent(consent.consentId)?.withdrawnIndex
      expect(seen).toBe(['yi', 'nobody'].includes(party) ? undefined : receipt.index)
      mirror.verify()
      mirror.close()
      // Opened anew from the file alone.
      expect(mirrorOf(party).registry.intentEndedAt(second.intentId)).toBe(receipt.index)
    }
  })

  test('a regulator that is admitted later reads on from there', async () => {
    const late = new TestConsortium(FIRMS, undefined, suite)
    consortium = late
    await ledger.close()
    ledger = openLedger()
    const isOfRegulator = ({ kind, payload }: { kind: string; payload: Uint8Array }) =>
      kind === 'member' && Buffer.from(payload).includes('regulator')
    const entries = opening()
    await ledger.appendMany(entries.filter(entry => !isOfRegulator(entry)))
    const consent = late.consent('jia')
    const first = late.intent(consent, ASKED)
    await ledger.append(late.seal(late.sign('jia', 'consent', consent), ['regulator']))
    await ledger.append(late.seal(late.sign('jia', 'intent', first), ['regulator']))
    await ledger.appendMany(entries.filter(isOfRegulator))
    const second = late.intent(consent, ASKED)
    const { receipt } = await ledger.append(late.entry('jia', 'intent', second))
    await ledger.append(late.entry('jia', 'outcome', late.outcome(first, ['failed', 'failed'])))
    const mirror = mirrorOf('regulator')
    await mirror.sync(ledger)
    expect(mirror.registry.intent(second.intentId)?.index).toBe(receipt.index)
    expect(mirror.registry.consent(consent.consentId)).toBeUndefined()
    expectCode('ERR_LEDGER_SEALED', () => mirror.balance('jia'))
    mirror.verify()
  })

  test('an entry is shown to others with its salt, and only that entry', async () => {
    const { intent, outcome } = await inquire()
    const [jia, ding] = [mirrorOf('jia'), mirrorOf('ding')]
    await jia.sync(ledger)
    await ding.sync(ledger)
    const stored = ding.entries(9, 1)[0]?.entry as SealedEntry
    const shown = jia.opening(9)
    expect(readOpening(ding.registry, 9, stored, shown)).toMatchObject({ kind: 'intent', payload: intent })
    expect(
      readOpening(ding.registry, 10, ding.entries(10, 1)[0]?.entry as SealedEntry, jia.opening(10)),
    ).toMatchObject({
      payload: outcome,
    })
    const salted = { ...shown, salt: consortium.bytes(32) }
    for (const other of [jia.opening(11), salted]) {
      expectCode('ERR_VERIFY_COMMITMENT', () => readOpening(ding.registry, 9, stored, other))
    }
    const open = ding.entries(1, 1)[0]?.entry as never
    expectCode('ERR_VERIFY_COMMITMENT', () => readOpening(ding.registry, 1, open, shown))
  })

  describe('an entry that is sealed otherwise than the rules say', () => {
    const expectRefusal = (code: 'ERR_LEDGER_ENVELOPE' | 'ERR_VERIFY_SIGNATURE', entry: SealedEntry) =>
      expectCodeAsync(code, ledger.append(entry))

    test('is refused: another commitment, other boxes, another id, ends that it does not say', async () => {
      const sealed = consortium.anyEntry() as SealedEntry
      const other = consortium.anyEntry() as SealedEntry
      await expectRefusal('ERR_LEDGER_ENVELOPE', { ...sealed, commitment: consortium.bytes(32) })
      await expectRefusal('ERR_LEDGER_ENVELOPE', { ...sealed, id: consortium.bytes(16) })
      await expectRefusal('ERR_LEDGER_ENVELOPE', { ...sealed, ends: [consortium.bytes(16)] })
      await expectRefusal('ERR_LEDGER_ENVELOPE', { ...sealed, outer: other.outer })
      await expectRefusal('ERR_LEDGER_ENVELOPE', { ...sealed, inner: other.inner })
      await expectRefusal('ERR_LEDGER_ENVELOPE', { ...sealed, slots: other.slots })
      await expectRefusal('ERR_LEDGER_ENVELOPE', {
        ...sealed,
        ephemeralKey: new Uint8Array(sealed.ephemeralKey.length),
      })
      await ledger.append(sealed)
    })

    test('is refused: sealed to fewer, to more, to others than its readers; a public entry; a forged one', async () => {
      const consent = consortium.consent('jia')
      await ledger.append(consortium.entry('jia', 'consent', consent))
      const intent = consortium.intent(consent, ASKED)
      const basis = consortium.basisOf(intent)
      const signed = consortium.sign('jia', 'intent', intent)
      const parties = { fewer: ['bing'], more: ['bing', 'ding', 'yi'], others: ['bing', 'ding'] }
      for (const outer of Object.values(parties)) {
        await expectRefusal('ERR_LEDGER_ENVELOPE', sealTo(consortium, signed, { outer, basis }))
      }
      const outer = ['bing', 'yi']
      // Who is to judge the consent is not put off with the outer box.
      const putOff = { inner: ['jia', 'regulator'], outer: ['bing', 'xiehui', 'yi'], basis }
      await expectRefusal('ERR_LEDGER_ENVELOPE', sealTo(consortium, signed, putOff))
      const ends = [consortium.bytes(16)]
      await expectRefusal('ERR_LEDGER_ENVELOPE', sealTo(consortium, signed, { outer, basis, ends }))
      const table = consortium.sign('yi', 'table', consortium.table('yi', { epoch: 2 }))
      await expectRefusal('ERR_LEDGER_ENVELOPE', sealTo(consortium, table, { outer: [] }))
      const forged = { ...signed, signature: consortium.bytes(64) }
      await expectRefusal('ERR_VERIFY_SIGNATURE', sealTo(consortium, forged, { outer, basis }))
      await ledger.append(sealTo(consortium, signed, { outer, basis }))
    })

    test('of another basis than the intent says', async () => {
      const consent = consortium.consent('jia')
      await ledger.append(consortium.entry('jia', 'consent', consent))
      const [intent, other] = [consortium.intent(consent, ASKED), consortium.intent(consent, ASKED)]
      const swapped = { ...intent, basis: other.basis }
      const signed = consortium.sign('jia', 'intent', swapped)
      const entry = sealTo(consortium, signed, { outer: ['bing', 'yi'], basis: consortium.basisOf(intent) })
      await expectRefusal('ERR_LEDGER_ENVELOPE', entry)
    })
  })

  describe('an association that lets in what it should refuse is caught', () => {
    test('by every party asked: an intent of a wrong price, of one firm only, of a stale table', async () => {
      const consent = consortium.consent('jia')
      await ledger.append(consortium.entry('jia', 'consent', consent))
      const wrong = [
        { rule: 'ERR_POINTS_PRICE', intent: consortium.intent(consent, ASKED, { price: 5 }) },
        { rule: 'ERR_INTENT_SELECTIVE', intent: consortium.intent(consent, ASKED.slice(1)) },
        {
          rule: 'ERR_EPOCH_STALE',
          intent: consortium.intent(
            consent,
            ASKED.map(each => ({ ...each, epoch: 2 })),
          ),
        },
        { rule: 'ERR_INTENT_LIFETIME', intent: consortium.intent(consent, ASKED, { expiresAt: 1 }) },
      ]
      for (const { rule, intent } of wrong) {
        const lie = await withFalseEntry(consortium, ledger, consortium.entry('jia', 'intent', intent))
        const yi = mirrorOf('yi')
        const error = await expectCodeAsync('ERR_LEDGER_RULES', yi.sync(lie))
        expect(error.details).toMatchObject({ index: 9, rule })
        expect(yi.size).toBe(0)
        yi.close()
      }
      const intent = consortium.intent(consent, ASKED, { price: 5 })
      const blind = mirrorOf('ding')
      await blind.sync(await withFalseEntry(consortium, ledger, consortium.entry('jia', 'intent', intent)))
      expect(blind.size).toBe(10)
    })

    test('by a regulator: an entry that is sealed past it', async () => {
      const consent = consortium.sign('jia', 'consent', consortium.consent('jia'))
      const hidden = sealTo(consortium, consent, { inner: ['xiehui', 'jia'], outer: [] })
      const lie = await withFalseEntry(consortium, ledger, hidden)
      const error = await expectCodeAsync('ERR_LEDGER_RULES', mirrorOf('regulator').sync(lie))
      expect(error.details).toMatchObject({ index: 8, rule: 'ERR_LEDGER_ENVELOPE' })
    })

    test('by a reader of both boxes: a consent used too often, an entry that is not what it commits to', async () => {
      const consent = consortium.consent('jia', { maxUses: 1 })
      await ledger.append(consortium.entry('jia', 'consent', consent))
      await ledger.append(consortium.entry('jia', 'intent', consortium.intent(consent, ASKED)))
      const again = consortium.entry('jia', 'intent', consortium.intent(consent, ASKED))
      const lie = await withFalseEntry(consortium, ledger, again)
      const error = await expectCodeAsync('ERR_LEDGER_RULES', mirrorOf('regulator').sync(lie))
      expect(error.details).toMatchObject({ index: 10, rule: 'ERR_CONSENT_EXHAUSTED' })
      // Who sees no consent cannot tell.
      await mirrorOf('yi').sync(lie)

      const sealed = consortium.anyEntry() as SealedEntry
      const broken = { ...sealed, inner: consortium.bytes(sealed.inner.length) }
      const other = await withFalseEntry(consortium, ledger, broken)
      const breach = await expectCodeAsync('ERR_LEDGER_RULES', mirrorOf('jia').sync(other))
      expect(breach.details).toMatchObject({ index: 10, rule: 'ERR_LEDGER_ENVELOPE' })
      const clear = consortium.sign('jia', 'consent', consortium.consent('jia'))
      const shown = await withFalseEntry(consortium, ledger, clear)
      const leak = await expectCodeAsync('ERR_LEDGER_RULES', mirrorOf('ding').sync(shown))
      expect(leak.details).toMatchObject({ index: 10, rule: 'ERR_LEDGER_UNSEALED' })
    })
  })
})

function secretsIn(file: string, secrets: readonly Uint8Array[]): string[] {
  const content = readFileSync(file)
  return secrets.filter(secret => content.includes(Buffer.from(secret))).map(toHex)
}
