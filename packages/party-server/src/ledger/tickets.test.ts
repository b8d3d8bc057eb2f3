import { DatabaseSync } from 'node:sqlite'
import { fromHex, toHex, utf8 } from '@mixun/core/bytes'
import { saltedSourceDigest } from '@mixun/core/domain'
import { intl } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { sealEntry, signEntry } from '@mixun/ledger-adapter/ledger'
import type { DefaultsAnswer, Mixun } from '@mixun/sdk'
import { answerToJson } from '@mixun/sdk/answers'
import { InquiryStore, openVault } from '@mixun/sdk/store'
import {
  receiveTicket,
  ticketAnswerCodec,
  ticketAnswerDigest,
  ticketCommitment,
  ticketContentCodec,
} from '@mixun/sdk/tickets'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { tickets as ticketsVerb } from '../cli/verbs/tickets.ts'
import { openTicketStore } from '../stores/open.ts'
import { consentOf } from '../testing/clients.ts'
import { runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { openLedgerAccess } from './access.ts'
import { answerTicket, closeTickets, listTickets, requireTicketId } from './tickets.ts'

const person = investor(1)
const HOUR_MS = 3_600_000

let consortium: TestConsortium
let jia: Mixun
let bing: Mixun
let answer: DefaultsAnswer
beforeAll(async () => {
  const kind = 'contract-due-not-repaid'
  consortium = await TestConsortium.found({ firms: { jia: [], yi: [{ subject: person, kind }], bing: [] } })
  jia = await consortium.firm('jia').client()
  bing = await consortium.firm('bing').client()
  const ask = async (mixun: Mixun, requestId: string) =>
    mixun.checkDefaults(person, { consent: await consentOf(mixun, person), requestId })
  answer = await ask(jia, 'of-jia')
  await ask(bing, 'of-bing')
})
afterAll(async () => {
  await jia.close()
  await bing.close()
  await consortium[Symbol.asyncDispose]()
})

const yi = () => consortium.firm('yi').home
const openOne = (about: 'source' | 'record', statement?: string) =>
  jia.tickets.open({
    requestId: 'of-jia',
    record: 0,
    about,
    ...(statement === undefined ? {} : { statement }),
  })

it('a challenged source is opened to the challenger alone, and fits the record', async () => {
  const id = await openOne('source')
  const sourceDigest = answer.records[0]?.sourceDigest as Uint8Array
  expect(await jia.tickets.fetch(id)).toBeNull()
  await answerTicket(yi(), fromHex(id), { outcome: 'source-opened' })
  const opened = await jia.tickets.fetch(id)
  expect(opened?.source && toHex(saltedSourceDigest(intl, opened.source))).toBe(toHex(sourceDigest))
  await using access = await openLedgerAccess(consortium.association.home)
  const entries = (await access.ledger.entries(0, 200)).map(({ entry }) => entry)
  const public_ = entries.flatMap(entry =>
    entry.kind !== 'sealed' && entry.kind.startsWith('ticket') ? [toHex(entry.payload)] : [],
  )
  // The ticket itself is sealed: in the clear there is its answer alone.
  expect(public_).toHaveLength(1)
  const secrets = [sourceDigest, opened?.source?.digest, opened?.source?.salt].map(each =>
    toHex(each as Uint8Array),
  )
  expect(secrets.filter(secret => public_.some(payload => payload.includes(secret)))).toEqual([])
  expect((await listTickets(consortium.firm('bing').home, Date.now())).length).toBe(0)
})

it('an opening that does not fit the record is on record, and found: ERR_VERIFY_COMMITMENT', async () => {
  const id = await openOne('source')
  const home = yi()
  const source = { digest: new Uint8Array(32), salt: new Uint8Array(32) }
  const lie = {
    ticketId: fromHex(id),
    outcome: 'source-opened' as const,
    nonce: new Uint8Array(32),
    source,
    statement: null,
  }
  const bytes = ticketAnswerCodec.encode(lie)
  {
    using store = openTicketStore(home)
    store.setAnswer(fromHex(id), bytes)
  }
  await using access = await openLedgerAccess(home)
  const { ticketId, outcome } = lie
  const payload = { ticketId, outcome, answerDigest: ticketAnswerDigest(intl, bytes), notice: null }
  await access.ledger.append(signEntry(home.identity, access.registry.anchor, 'ticket-answered', payload))
  await expectCodeAsync('ERR_VERIFY_COMMITMENT', jia.tickets.fetch(id))
  using store = openTicketStore(home)
  store.setAnswer(fromHex(id), ticketAnswerCodec.encode({ ...lie, statement: 'another' }))
  await expectCodeAsync('ERR_VERIFY_COMMITMENT', jia.tickets.fetch(id))
})

it('a dispute goes to the provider with what the investor says; who has read the record is told', async () => {
  const id = await openOne('record', '已于2025年结清')
  const [line] = (await listTickets(yi(), Date.now())).filter(({ ticketId }) => ticketId === id)
  expect(line).toMatchObject({ author: 'jia', state: 'open', isOverdue: false, statement: '已于2025年结清' })
  expect(bing.tickets.notices()).toEqual([])
  await expect.poll(() => consortium.firm('yi').logText, { timeout: 15_000 }).toContain(id)
  await answerTicket(yi(), fromHex(id), { outcome: 'corrected', statement: '已更正' })
  expect(await jia.tickets.fetch(id)).toMatchObject({
    outcome: 'corrected',
    statement: '已更正',
    source: null,
  })
  using store = openTicketStore(yi())
  const recorded = ticketAnswerCodec.decode(store.answer(fromHex(id)) as Uint8Array)
  store.setAnswer(fromHex(id), ticketAnswerCodec.encode({ ...recorded, statement: '未更正' }))
  await expectCodeAsync('ERR_VERIFY_COMMITMENT', jia.tickets.fetch(id))
  await bing.points() // brings the mirror up to date
  expect(bing.tickets.notices()).toEqual([{ requestId: 'of-bing', provider: 'yi', outcome: 'corrected' }])
  const listed = await runVerb(ticketsVerb, ['--home', consortium.firm('jia').root, '--json'])
  expect(JSON.parse(listed.stdout)).toMatchObject({
    notices: [{ requestId: 'of-jia', outcome: 'corrected' }],
  })
})

it('takes in what is on record, from its author, to this party: ERR_TICKET_UNKNOWN', async () => {
  const id = await openOne('record')
  using mine = openTicketStore(consortium.firm('jia').home)
  const content = mine.content(fromHex(id)) as Uint8Array
  await using access = await openLedgerAccess(yi())
  using theirs = openTicketStore(yi())
  const receive = (bytes: Uint8Array, author = 'jia', self = 'yi') =>
    receiveTicket(access.registry, self, author, bytes, theirs)
  receive(content)
  const said = ticketContentCodec.decode(content)
  const changed = (changes: object) => ticketContentCodec.encode({ ...said, ...changes })
  expectCode('ERR_VERIFY_COMMITMENT', () => receive(changed({ statement: 'more' })))
  expectCode('ERR_VERIFY_COMMITMENT', () => receive(changed({ about: 'source' })))
  const ticketId = new Uint8Array(16).fill(7)
  const twofold = changed({ ticketId, about: 'source' })
  const commitment = ticketCommitment(intl, twofold)
  const payload = { ticketId, about: 'record', addressee: 'yi', commitment, price: 5 } as const
  const { home } = consortium.firm('jia')
  await using ofJia = await openLedgerAccess(home)
  const signed = signEntry(home.identity, access.registry.anchor, 'ticket', payload)
  await ofJia.ledger.append(sealEntry(ofJia.registry, signed))
  await using later = await openLedgerAccess(yi())
  expectCode('ERR_VERIFY_COMMITMENT', () => receiveTicket(later.registry, 'yi', 'jia', twofold, theirs))
  expectCode('ERR_TICKET_UNKNOWN', () => receive(content, 'bing'))
  expectCode('ERR_TICKET_UNKNOWN', () => receive(content, 'jia', 'bing'))
  expectCode('ERR_TICKET_UNKNOWN', () => receive(changed({ ticketId: new Uint8Array(16) })))
  await expectCodeAsync('ERR_TICKET_UNKNOWN', bing.tickets.fetch(id))
  await expectCodeAsync('ERR_TICKET_UNKNOWN', answerTicket(yi(), fromHex(id), { outcome: 'not-delivered' }))
  await expectCodeAsync(
    'ERR_INPUT_RANGE',
    jia.tickets.open({ requestId: 'of-jia', record: 7, about: 'record' }),
  )
  expectCode('ERR_TICKET_UNKNOWN', () => requireTicketId('7'))
})

it('rows that do not open are reported to the association, those of earlier days together and once', async () => {
  const { home } = consortium.firm('jia')
  const missing = [{ party: 'yi', class: 'C', code: 'ERR_VERIFY_OPEN' }]
  const json = JSON.stringify({ ...answerToJson(answer), verdict: 'incomplete', missing })
  const yesterday = Date.now() - 24 * HOUR_MS
  using inquiries = new InquiryStore(home.paths.inquiries, openVault(home))
  const consentId = fromHex(jia.openInquiry('of-jia').consentId)
  for (const [i, askedAt] of [yesterday, yesterday, Date.now()].entries()) {
    const secret = { consentId, factor: new Uint8Array(32) }
    inquiries.start(`row-${i}`, [], utf8(`planted row no ${i}`), secret, {
      subject: utf8('x'),
      operator: null,
      askedAt,
    })
    inquiries.answered(`row-${i}`, json)
  }
  const id = (await jia.tickets.reportRows()) as string
  expect(await jia.tickets.reportRows()).toBeNull()
  using store = openTicketStore(consortium.association.home)
  const items = ticketContentCodec.decode(store.content(fromHex(id)) as Uint8Array).items
  expect(items.map(item => [item.provider, item.code])).toEqual([
    ['yi', 'ERR_VERIFY_OPEN'],
    ['yi', 'ERR_VERIFY_OPEN'],
  ])
  await answerTicket(consortium.association.home, fromHex(id), { outcome: 'received' })
  expect(await jia.tickets.fetch(id)).toMatchObject({ outcome: 'received' })
})

it('after rows did not open the person is not asked about again for a day: ERR_INQUIRY_REPEATED', async () => {
  const home = consortium.firm('bing').home
  const asked = () => consortium.firm('yi').partyLog().length
  const consent = await consentOf(bing, person)
  await bing.checkDefaults(person, { consent, requestId: 'before' })
  const missing = [{ party: 'yi', class: 'C', code: 'ERR_VERIFY_OPEN' }]
  using inquiries = new InquiryStore(home.paths.inquiries, openVault(home))
  inquiries.answered('before', JSON.stringify({ ...answerToJson(answer), verdict: 'incomplete', missing }))
  const before = asked()
  await expectCodeAsync('ERR_INQUIRY_REPEATED', bing.checkDefaults(person, { consent, requestId: 'again' }))
  // What the provider sees is what it sees when nothing was found: no further word.
  expect(asked()).toBe(before)
  await bing.checkDefaults(person, { consent, requestId: 'before' })
  expect(asked()).toBe(before)
  const database = new DatabaseSync(home.paths.inquiries)
  database.exec('UPDATE journal SET asked_at = asked_at - 86400001')
  database.close()
  expect(await bing.checkDefaults(person, { consent, requestId: 'later' })).toMatchObject({ missing: [] })
})

it('a ticket that is not answered in time ends, and costs its addressee', async () => {
  const { home } = consortium.association
  expect(await closeTickets(home, Date.now())).toEqual([])
  const closed = await closeTickets(home, Date.now() + 121 * HOUR_MS)
  expect(closed).toMatchObject([1, 2].map(() => ({ addressee: 'yi', penalty: 100 })))
  const states = (await listTickets(home, Date.now())).map(({ state }) => state)
  expect(states.filter(state => state === 'expired')).toHaveLength(2)
})
