import { utf8 } from '@mixun/core/bytes'
import { generateDecryptionSecret, importDecryptionKey } from '@mixun/core/sealing'
import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { jointTableCommitmentCodec } from '../joint-table/index.ts'
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
  checkJointStatement,
  decodeJointShare,
  encodeJointShare,
  jointCommitmentDigest,
  type JointQuery,
  type JointStatement,
  jointReceiptCodec,
  jointQueryParametersById,
  MaskKeys,
  openJointTotal,
  statementHash,
  verifyJointReceipt,
} from './index.ts'

const books = [new Map([['zhang', 700n]]), new Map([['zhang', 55n]]), new Map<string, bigint>()]
const consortium = testConsortium(books)
const [firm, second, third] = consortium.firms as [TestFirm, TestFirm, TestFirm]
const asked = testQuery(consortium, 'zhang')
const { statement } = asked.query

const codesOf = (settled: readonly PromiseSettledResult<unknown>[]) =>
  settled.map(each => (each.status === 'rejected' ? (each.reason as { code: string }).code : 'done'))

describe('a total', () => {
  it('does not open with one firm missing: ERR_JOINT_INCOMPLETE names it', async () => {
    const { values, shares } = await gatherJoint(consortium, asked)
    expect(openJointTotal(statement, values, shares)).toBe(755n)
    const open = (...parts: Parameters<typeof openJointTotal>) => {
      try {
        return openJointTotal(...parts)
      } catch (error) {
        return (error as { code: string; details: object }).details
      }
    }
    expectCode('ERR_JOINT_INCOMPLETE', () => openJointTotal(statement, values.slice(1), shares))
    expect(open(statement, values.slice(1), shares)).toEqual({ missing: 'firm-0000' })
    const fewer = new Map([...shares].slice(0, 2))
    expect(open(statement, values, fewer)).toEqual({ missing: 'firm-0002' })
    expectCode('ERR_INPUT_DUPLICATE', () => openJointTotal(statement, [...values, ...values], shares))
  })

  it('of the others is uniform with one share missing', async () => {
    const tops = new Set<bigint>()
    for (let i = 0; i < 12; i++) {
      const other = testQuery(consortium, 'zhang', { intent: `intent ${i}` })
      const { values, shares } = await gatherJoint(consortium, other, [firm, second])
      const sum = values.reduce((all, { value, provider }) => {
        return all + value + decodeJointShare(shares.get(provider) as Uint8Array).value
      }, 0n)
      tops.add(BigInt.asUintN(64, sum) >> 56n)
    }
    // 755 is below 2^56: all would be 0.
    expect(tops.size).toBeGreaterThan(8)
  })

  it('of answers to two frozen sets, statements or keys is refused: ERR_VERIFY_JOINT_TOTAL', async () => {
    const { values, shares } = await gatherJoint(consortium, asked)
    const changes: Partial<JointStatement>[] = [
      { intentId: utf8('intent 2') },
      { output: { kind: 'count' } },
      { noise: { scale: 2 } },
      { element: new Uint8Array(32).fill(1) },
      { seedCommitment: new Uint8Array(32) },
      { dataset: 'overdue' },
      { tables: statement.tables.map((table, i) => (i === 1 ? { ...table, version: 4 } : table)) },
    ]
    for (const change of changes) {
      const other = { ...statement, ...change }
      expect(statementHash(intl, other)).not.toEqual(statementHash(intl, statement))
      const words = firm.masks.wordsFor(other, consortium.members)
      expect(words).not.toEqual(firm.masks.wordsFor(statement, consortium.members))
    }
    const another = await gatherJoint(consortium, testQuery(consortium, 'zhang', { intent: 'other' }), [firm])
    const mixed = new Map(shares).set(firm.party, another.shares.get(firm.party) as Uint8Array)
    expectCode('ERR_VERIFY_JOINT_TOTAL', () => openJointTotal(statement, values, mixed))
    // The total alone would pass: it is right.
    const { value, check } = decodeJointShare(shares.get(firm.party) as Uint8Array)
    const off = new Map(shares).set(firm.party, encodeJointShare({ value, check: check + 1n }))
    expectCode('ERR_VERIFY_JOINT_TOTAL', () => openJointTotal(statement, values, off))
  })

  it('that no honest books have is refused: ERR_VERIFY_JOINT_TOTAL', async () => {
    const rich = testConsortium(books.map(() => new Map([['zhang', 2n ** 63n - 1n]])))
    const query = testQuery(rich, 'zhang')
    const two = await gatherJoint(rich, query)
    // 3·(2^63 − 1) is 2^63 − 3 beyond 2^64: what wraps is a wrong total that looks like one.
    expect(openJointTotal(query.query.statement, two.values, two.shares)).toBe(2n ** 63n - 3n)
    const [first, ...rest] = two.values
    const less = [{ provider: firm.party, value: (first?.value ?? 0n) - 2n ** 63n + 1n }, ...rest]
    expectCode('ERR_VERIFY_JOINT_TOTAL', () => openJointTotal(query.query.statement, less, two.shares))
    const counted = testQuery(consortium, 'zhang', { output: { kind: 'count' } })
    const { values, shares } = await gatherJoint(consortium, counted)
    const more = values.map(each => ({ ...each, value: each.value + 1n }))
    expectCode('ERR_VERIFY_JOINT_TOTAL', () => openJointTotal(counted.query.statement, more, shares))
  })

  it('with noise is refused where no honest noise leads: ERR_VERIFY_JOINT_TOTAL', async () => {
    const noisy = testQuery(consortium, 'zhang', { output: { kind: 'count' }, noise: { scale: 1 } })
    const { values, shares } = await gatherJoint(consortium, noisy)
    const { statement } = noisy.query
    expect(Math.abs(Number(openJointTotal(statement, values, shares)))).toBeLessThan(3 + 64)
    for (const off of [1_000n, -1_000n]) {
      const shifted = values.map((each, i) => (i === 0 ? { ...each, value: each.value + off } : each))
      expectCode('ERR_VERIFY_JOINT_TOTAL', () => openJointTotal(statement, shifted, shares))
    }
  })

  it('of a comparison is no number: ERR_JOINT_STATEMENT, and no comparison without an answer of all', async () => {
    const output = { kind: 'atLeastFen', threshold: 700n } as const
    const compared = testQuery(consortium, 'zhang', { output })
    const { values, shares } = await gatherJoint(consortium, compared)
    expectCode('ERR_JOINT_STATEMENT', () => openJointTotal(compared.query.statement, values, shares))
    const some = { values: values.slice(1), shares }
    const settled = await comparisonSession(consortium, compared, some)
    expect(codesOf(settled)[0]).toBe('ERR_JOINT_INCOMPLETE')
    expect(codesOf(await comparisonSession(consortium, asked, { values, shares }))).toEqual([
      'ERR_JOINT_STATEMENT',
      'ERR_JOINT_STATEMENT',
    ])
    const wrong = new Map(shares).set(firm.party, encodeJointShare({ value: 0n, check: 0n }))
    const refused = await comparisonSession(consortium, compared, { values, shares: wrong })
    expect(codesOf(refused)[0]).toBe('ERR_VERIFY_JOINT_TOTAL')
  })
})

describe('a statement', () => {
  const changed = (change: Partial<JointStatement>) => () =>
    checkJointStatement({ ...statement, ...change }, 3)
  const table = statement.tables[0] as JointStatement['tables'][0]

  it('of fewer firms than the rules allow is refused: ERR_JOINT_FIRMS', () => {
    checkJointStatement(statement, 3)
    expectCode('ERR_JOINT_FIRMS', () => checkJointStatement(statement))
    expectCode('ERR_JOINT_FIRMS', changed({ tables: statement.tables.slice(1) }))
    expectCode('ERR_INPUT_RANGE', () => checkJointStatement(statement, 2))
    expectCode('ERR_INPUT_RANGE', () => checkJointStatement(statement, Number.NaN))
  })

  it('that is none is refused', () => {
    const refused: [string, Partial<JointStatement>][] = [
      ['ERR_INPUT_DUPLICATE', { tables: [table, ...statement.tables.slice(0, 2)] }],
      ['ERR_INPUT_RANGE', { tables: statement.tables.toReversed() }],
      ['ERR_INPUT_RANGE', { tables: [{ ...table, version: -1 }, ...statement.tables.slice(1)] }],
      ['ERR_INPUT_RANGE', { tables: [{ ...table, provider: 'A' }, ...statement.tables.slice(1)] }],
      ['ERR_INPUT_LENGTH', { tables: [{ ...table, digest: utf8('short') }, ...statement.tables.slice(1)] }],
      ['ERR_INPUT_LENGTH', { intentId: new Uint8Array(0) }],
      ['ERR_INPUT_LENGTH', { seedCommitment: new Uint8Array(31) }],
      ['ERR_INPUT_RANGE', { dataset: '' }],
      ['ERR_INPUT_RANGE', { inquirer: 'Galaxy' }],
      ['ERR_INPUT_DUPLICATE', { inquirer: 'firm-0002' }],
      ['ERR_INPUT_DUPLICATE', { output: { kind: 'atLeastFen', threshold: 9n }, association: 'galaxy' }],
      ['ERR_INPUT_RANGE', { noise: { scale: 0 } }],
      ['ERR_INPUT_RANGE', { noise: { scale: 2 ** 41 } }],
      ['ERR_INPUT_RANGE', { association: 'association' }],
      ['ERR_INPUT_RANGE', { output: { kind: 'atLeastFen', threshold: 1n } }],
      ['ERR_INPUT_RANGE', { output: { kind: 'atLeastFen', threshold: 0n }, association: 'a' }],
      ['ERR_INPUT_RANGE', { output: { kind: 'atLeastFen', threshold: 2n ** 63n }, association: 'a' }],
      ['ERR_INPUT_DUPLICATE', { output: { kind: 'atLeastFen', threshold: 9n }, association: 'firm-0001' }],
    ]
    for (const [code, change] of refused) expectCode(code as 'ERR_INPUT_RANGE', changed(change))
    expectCode('ERR_PARAMETER_UNKNOWN', () => jointQueryParametersById('jointquery_other'))
    expectCode('ERR_DECODE_LENGTH', () => decodeJointShare(new Uint8Array(8)))
  })
})

describe('a session', () => {
  const run = (query: JointQuery, of: TestFirm = firm, secrets = asked.secrets) =>
    jointSession(consortium, of, { query, secrets })

  it('about another version, table or firm than the frozen one: ERR_JOINT_STATEMENT on both sides', async () => {
    const of = (tables: JointStatement['tables']) => ({ ...asked.query, statement: { ...statement, tables } })
    const [first, ...rest] = statement.tables
    const digest = jointCommitmentDigest(intl, second.table.commitment)
    for (const change of [{ version: 4 }, { digest }, { provider: 'a-stranger' }]) {
      const query = of([{ ...(first as JointStatement['tables'][0]), ...change }, ...rest])
      expect(codesOf(await run(query))).toEqual(['ERR_JOINT_STATEMENT', 'ERR_JOINT_STATEMENT'])
    }
    const renamed = { ...asked.query, statement: { ...statement, dataset: 'amounts' } }
    expect(codesOf(await run(renamed))[0]).toBe('ERR_JOINT_STATEMENT')
    const elsewhere = { ...asked.query, statement: { ...statement, inquirer: 'huatai' } }
    expect(codesOf(await run(elsewhere))).toEqual(['ERR_JOINT_STATEMENT', 'ERR_JOINT_STATEMENT'])
    const { minimumFirms: _, ...byDefault } = asked.query
    expect(codesOf(await run(byDefault))).toEqual(['ERR_JOINT_FIRMS', 'ERR_JOINT_FIRMS'])
    expect(jointTableCommitmentCodec.encode(firm.table.commitment).length).toBeGreaterThan(0)
  })

  it('with another subject, blind or seed than those of the intent sends nothing: ERR_VERIFY_COMMITMENT', async () => {
    const others = testQuery(consortium, 'li').secrets
    for (const secrets of [
      { ...asked.secrets, input: others.input },
      { ...asked.secrets, blind: others.blind },
      { ...asked.secrets, seed: others.seed },
    ]) {
      expect(codesOf(await run(asked.query, firm, secrets))).toEqual([
        'ERR_VERIFY_COMMITMENT',
        'ERR_CHANNEL_CLOSED',
      ])
    }
  })

  it('of two sides with different statements does not get to the key: ERR_VERIFY_BLINDING', async () => {
    const other = { ...asked.query, statement: { ...statement, noise: { scale: 1_000 } } }
    const settled = await jointSession(consortium, firm, asked, { asked: other })
    expect(codesOf(settled)).toEqual(['ERR_PEER_REFUSED', 'ERR_VERIFY_BLINDING'])
  })

  it('with a setup that the provider does not have: ERR_JOINT_SETUP, which ends the inquirer’s half', async () => {
    const fresh = testConsortium(books, intl, 'fresh setups')
    const [own] = fresh.firms as [TestFirm]
    const sender = testConsortium(books, intl, 'other setups').firms[0]?.setups.sender
    if (sender === undefined) throw new Error('expected a setup')
    const mixed = { ...own, setups: { ...own.setups, sender } }
    const settled = await jointSession(fresh, mixed, testQuery(fresh, 'zhang'))
    expect(codesOf(settled)).toEqual(['ERR_PEER_REFUSED', 'ERR_JOINT_SETUP'])
    expect(settled[0]).toHaveProperty('reason.details.peerCode', 'ERR_JOINT_SETUP')
    expect(own.setups.receiver.isUsable).toBe(false)
    const again = await jointSession(fresh, own, testQuery(fresh, 'zhang'))
    expect(codesOf(again)[0]).toBe('ERR_STATE_CONSUMED')
  })
})

describe('mask keys', () => {
  const newKey = (seed: string) =>
    importDecryptionKey('intl', generateDecryptionSecret('intl', seededRandom(seed)))

  it('are those of the ledger, of parties of the set: ERR_JOINT_STATEMENT', () => {
    const { members } = consortium
    expectCode('ERR_JOINT_STATEMENT', () =>
      new MaskKeys(intl, 'stranger', newKey('s')).wordsFor(statement, members),
    )
    expectCode('ERR_JOINT_STATEMENT', () =>
      new MaskKeys(intl, firm.party, newKey('new')).wordsFor(statement, members),
    )
    const fewer = new Map(members)
    fewer.delete(third.party)
    expectCode('ERR_JOINT_STATEMENT', () => firm.masks.wordsFor(statement, fewer))
    const bad = new Map(members).set(third.party, new Uint8Array(32))
    const fresh = new MaskKeys(intl, firm.party, firm.decryptionKey)
    expectCode('ERR_DECODE_ELEMENT', () => fresh.wordsFor(statement, bad))
    fresh.dispose()
  })
})

describe('a receipt', () => {
  it('is of this provider, query and session', async () => {
    const [client, server] = await jointSession(consortium, firm, asked)
    if (client.status === 'rejected' || server.status === 'rejected')
      throw new Error('expected both to finish')
    const { publicKey } = testIdentity(firm.party).signingKey
    const receipt = verifyJointReceipt(intl, publicKey, client.value.signed)
    expect(receipt).toEqual(server.value.receipt)
    expect(receipt).toMatchObject({ party: firm.party, inquirer: 'galaxy', table: 3 })
    const other = testIdentity(second.party).signingKey.publicKey
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyJointReceipt(intl, other, client.value.signed))
    const changed = { ...client.value.signed, receipt: jointReceiptCodec.encode({ ...receipt, table: 4 }) }
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyJointReceipt(intl, publicKey, changed))
  })
})
