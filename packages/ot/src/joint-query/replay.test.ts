import { intl, sm } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { amountOfEntry } from '../joint-table/index.ts'
import {
  comparisonSession,
  gatherJoint,
  jointSession,
  testConsortium,
  testQuery,
  type TestFirm,
} from '../testing/joint-query.ts'
import { testIdentity } from '../testing/sessions.ts'
import {
  type AuditedSession,
  checkSameOts,
  checkSameWord,
  type JointValue,
  jointAnswerRecordCodec,
  jointInquirerRecordCodec,
  readComparison,
  repeatComparison,
  replayAssociation,
  replayComparison,
  replayInquirer,
  replayProvider,
} from './index.ts'

const books = [new Map([['zhang', 700n]]), new Map([['zhang', 55n]]), new Map<string, bigint>()]
const flip = (bytes: Uint8Array, at = 0) => bytes.with(at, (bytes[at] as number) ^ 1)

describe.each([intl, sm])('an audit of suite $id', suite => {
  const consortium = testConsortium(books, suite)
  const { parameters } = consortium
  const [firm, second] = consortium.firms as [TestFirm, TestFirm]

  /** One session of a query about zhang; the store that the inquirer really looks in may be another. */
  async function session(
    asked = testQuery(consortium, 'zhang', { noise: { scale: 50 } }),
    from = firm,
    used = from,
  ) {
    const table = { ...from.table, store: used.table.store }
    const [client, server] = await jointSession(consortium, { ...from, table }, asked)
    if (client.status === 'rejected') throw client.reason
    if (server.status === 'rejected') throw server.reason
    const audited: AuditedSession = {
      suite,
      query: asked.query,
      commitment: from.table.commitment,
      partyKey: testIdentity(from.party, suite).signingKey.publicKey,
      signed: server.value.signed,
    }
    return { asked, audited, inquirer: client.value, provider: server.value, opening: from.table }
  }

  it('passes an honest inquirer and an honest provider, and reads the amount of the book', async () => {
    const { asked, audited, inquirer, provider, opening } = await session()
    const record = jointInquirerRecordCodec.decode(jointInquirerRecordCodec.encode(inquirer.record))
    const own = jointAnswerRecordCodec.decode(jointAnswerRecordCodec.encode(provider.record))
    const { value, found } = replayInquirer(audited, firm.table.store, asked.secrets, record)
    expect(value).toBe(inquirer.value)
    expect(amountOfEntry(parameters.table, opening.maskKey, found.handle, found.entry)).toBe(700n)
    replayProvider(audited, opening, own, provider.share)
    checkSameOts(parameters, record, own)
    const other = await session(asked, second)
    checkSameWord(asked.query, provider.record, other.provider.record)
  })

  it('finds out an inquirer that put garbage in, to leave one firm alone in the total: ERR_VERIFY_REPLAY', async () => {
    // Looks the handle up in another firm's store, so that this firm's check gives 0.
    const { asked, audited, inquirer, provider } = await session(undefined, firm, second)
    const { record } = inquirer
    const replay = (changed: typeof record, secrets = asked.secrets) =>
      replayInquirer(audited, firm.table.store, secrets, changed)
    expectCode('ERR_VERIFY_REPLAY', () => replay(record))
    // Other OT seeds do not explain the recorded chunk, and are not the provider's.
    const otSeeds = flip(record.otSeeds, 70)
    expectCode('ERR_VERIFY_REPLAY', () => replay({ ...record, otSeeds }))
    const isHeld = (parameters.extension.k === 2 ? 0 : 1) + 4
    expectCode('ERR_VERIFY_REPLAY', () => {
      for (let leaf = isHeld; leaf < isHeld + 2; leaf++)
        checkSameOts(parameters, { ...record, otSeeds: flip(record.otSeeds, 16 * leaf) }, provider.record)
    })
    // Nor does another choice than the one that the provider signed for.
    const honest = (await session(asked)).inquirer.record
    expectCode('ERR_VERIFY_REPLAY', () => replay(honest))
    expectCode('ERR_VERIFY_REPLAY', () => replay({ ...record, request: honest.request }))
    const seed = flip(asked.secrets.seed)
    expectCode('ERR_VERIFY_COMMITMENT', () => replay(record, { ...asked.secrets, seed }))
    const someone = testQuery(consortium, 'li').secrets.input
    expectCode('ERR_VERIFY_COMMITMENT', () => replay(record, { ...asked.secrets, input: someone }))
  })

  it('finds out an inquirer that compared another number: ERR_VERIFY_REPLAY', async () => {
    const output = { kind: 'atLeastFen', threshold: 755n } as const
    const asked = testQuery(consortium, 'zhang', { output })
    const { values, shares } = await gatherJoint(consortium, asked)
    const compare = async (changed: readonly JointValue[]) => {
      const [client, server] = await comparisonSession(consortium, asked, { values: changed, shares })
      if (client.status === 'rejected') throw client.reason
      if (server.status === 'rejected') throw server.reason
      const partyKey = testIdentity('association', suite).signingKey.publicKey
      const audited = { suite, query: asked.query, partyKey, signed: server.value.signed }
      const { isAtLeast, record } = client.value
      return { isAtLeast, audited, record, own: server.value.record }
    }
    const honest = await compare(values)
    expect(honest.isAtLeast).toBe(true)
    expect(replayComparison(honest.audited, values, shares, honest.record)).toBe(true)
    replayAssociation(honest.audited, honest.own)
    const { own } = honest
    const { answer, receipt: _, signature: __, ...attempt } = honest.record
    // The association sends the same again, and it is read as it was.
    expect(repeatComparison(suite, asked.query, own)).toEqual(answer)
    expect(readComparison(honest.audited, values, shares, attempt, answer)).toMatchObject({ isAtLeast: true })
    expectCode('ERR_VERIFY_REPLAY', () =>
      replayAssociation(honest.audited, { ...own, words: flip(own.words) }),
    )
    expectCode('ERR_VERIFY_COMMITMENT', () =>
      replayAssociation(honest.audited, { ...own, seed: flip(own.seed) }),
    )
    expectCode('ERR_VERIFY_REPLAY', () =>
      replayAssociation(honest.audited, { ...own, statement: flip(own.statement) }),
    )
    // Asks whether the total is at least 756.
    const less = values.map((each, i) => ({ ...each, value: each.value - (i === 0 ? 1n : 0n) }))
    const cheating = await compare(less)
    expect(cheating.isAtLeast).toBe(false)
    expectCode('ERR_VERIFY_REPLAY', () => replayComparison(cheating.audited, values, shares, cheating.record))
    // An answer is that to its own attempt.
    const other = (await compare(values)).record.answer
    expectCode('ERR_VERIFY_SIGNATURE', () => readComparison(honest.audited, values, shares, attempt, other))
  })

  it('finds out a provider whose share, noise, check or words are its own: ERR_VERIFY_REPLAY', async () => {
    const { audited, provider, opening, asked } = await session()
    const { record, share } = provider
    const replay = (changed: typeof record, found = share) => replayProvider(audited, opening, changed, found)
    replay(record)
    expectCode('ERR_VERIFY_REPLAY', () => replay(record, flip(share)))
    // A share that is 1 too large, explained by a word with another party.
    expectCode('ERR_VERIFY_REPLAY', () => replay({ ...record, words: flip(record.words) }))
    const other = (await session(asked, second)).provider.record
    expectCode('ERR_VERIFY_REPLAY', () =>
      checkSameWord(asked.query, { ...record, words: flip(record.words) }, other),
    )
    expectCode('ERR_VERIFY_COMMITMENT', () => replay({ ...record, seed: flip(record.seed) }))
    expectCode('ERR_VERIFY_COMMITMENT', () =>
      replayProvider(audited, { ...opening, maskKey: flip(opening.maskKey) }, record, share),
    )
    const signed = { ...audited.signed, signature: flip(audited.signed.signature, 40) }
    expectCode('ERR_VERIFY_SIGNATURE', () => replayProvider({ ...audited, signed }, opening, record, share))
    const wrong = { ...record, statement: flip(record.statement) }
    expectCode('ERR_VERIFY_REPLAY', () => replay(wrong))
    expectCode('ERR_JOINT_STATEMENT', () =>
      checkSameWord(asked.query, record, { ...other, party: 'stranger' }),
    )
  })
})
