import { concat, toHex } from '@mixun/core/bytes'
import type { MixunError } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { bitsOfBytes } from '../circuits/index.ts'
import {
  FRAME_ATTACKS,
  type FrameAttack,
  hostileSession,
  type JointAnswerAttack,
  jointAnswerAttacks,
  type JointFrameAttacks,
  jointFrameAttacks,
  type Tamper,
  tamperedSession,
} from '../testing/adversary/index.ts'
import {
  comparisonSession,
  type Gathered,
  gatherJoint,
  jointSession,
  testConsortium,
  testQuery,
  type TestFirm,
} from '../testing/joint-query.ts'
import { testIdentity } from '../testing/sessions.ts'
import { digestOf } from './binding.ts'
import { acceptAnswer, chooseEntry, openAnswer, otTag, requestJoint } from './client.ts'
import { decodeSealed, encodeSealed } from './codec.ts'
import {
  decodeJointShare,
  type JointInquirerRecord,
  replayInquirer,
  replayProvider,
  statementHash,
} from './index.ts'
import { sumOfWords } from './masks.ts'
import { signJointReceipt } from './receipt.ts'
import { acceptJoint, answerJoint, evaluateJoint } from './server.ts'

const books = [new Map([['zhang', 700n]]), new Map([['zhang', 55n]]), new Map<string, bigint>()]
const output = { kind: 'atLeastFen', threshold: 700n } as const

const codeOf = (settled: PromiseSettledResult<unknown>) =>
  settled.status === 'rejected'
    ? ((settled.reason as { code?: string }).code ?? String(settled.reason))
    : 'done'

/** What the honest side stopped with, and whether its half of the setup still serves. */
async function outcomeOf({ session, role, nth, name }: JointFrameAttacks, attack: FrameAttack) {
  // A setup of its own: attacks burn it.
  const consortium = testConsortium(books, intl, `${name} ${attack}`)
  const [firm] = consortium.firms as [TestFirm]
  const asked = testQuery(consortium, 'zhang', session === 'joint-query' ? {} : { output })
  const isStalling = attack === 'stall' || attack === 'reorder'
  const options = {
    [role === 'inquirer' ? 'client' : 'server']: (each: Parameters<typeof hostileSession>[0]) =>
      hostileSession(each, nth, attack),
    signal: AbortSignal.timeout(isStalling ? 400 : 20_000),
  }
  if (session === 'joint-query') {
    const [client, server] = await jointSession(consortium, firm, asked, options)
    const { receiver, sender } = firm.setups
    return role === 'inquirer'
      ? { outcome: codeOf(server), isUsable: sender.isUsable }
      : { outcome: codeOf(client), isUsable: receiver.isUsable }
  }
  const gathered = await gatherJoint(consortium, asked)
  const [client, server] = await comparisonSession(consortium, asked, gathered, options)
  const { receiver, sender } = consortium.association.setups
  return role === 'inquirer'
    ? { outcome: codeOf(server), isUsable: sender.isUsable }
    : { outcome: codeOf(client), isUsable: receiver.isUsable }
}

describe('hostile frames of a joint query', () => {
  it.each(jointFrameAttacks)('$name, of the $role', async each => {
    for (const attack of FRAME_ATTACKS) {
      const { outcome, isUsable } = await outcomeOf(each, attack)
      expect(each.outcomes[attack], `${attack}: ${outcome}`).toContain(outcome)
      const isBurnt = outcome === 'ERR_VERIFY_OT_EXTENSION' || each.burns.includes(attack)
      expect([attack, isUsable]).toEqual([attack, !isBurnt])
    }
  })
})

describe('frames', () => {
  it.each([{ kind: 'overdueFen' }, { kind: 'count' }] as const)(
    'are equal in number and length for a hit and a miss: $kind',
    async kind => {
      const consortium = testConsortium(books)
      const [firm] = consortium.firms as [TestFirm]
      const lengths = async (subject: string) => {
        const sent: [number[], number[]] = [[], []]
        const counting =
          (side: 0 | 1): (() => Tamper) =>
          () =>
          frame => {
            sent[side].push(frame.length)
            return [frame]
          }
        await jointSession(consortium, firm, testQuery(consortium, subject, { output: kind }), {
          client: session => tamperedSession(session, counting(0)),
          server: session => tamperedSession(session, counting(1)),
        })
        return sent
      }
      const [up, down] = await lengths('zhang')
      expect(await lengths('nobody')).toEqual([up, down])
      expect(up).toEqual([128, 5_124])
      expect(down).toEqual([128, kind.kind === 'count' ? 178_200 : 182_264])
    },
  )
})

describe('a garbled check that was changed by its provider, who signs what it sends', () => {
  const consortium = testConsortium(books)
  const [firm] = consortium.firms as [TestFirm]
  const { suite, parameters, members } = consortium
  const { query, secrets } = testQuery(consortium, 'zhang')
  const { statement } = query
  const { signingKey } = testIdentity(firm.party)
  const { commitment, store, maskKey } = firm.table
  const words = firm.masks.wordsFor(statement, members)
  const random = seededRandom('malicious provider')

  const common = { suite, parameters, statement, commitment, party: firm.party }

  /** 'done' with the share that belongs to the value, or the inquirer's code; and the input bits. */
  function outcome(change: (body: Uint8Array) => Uint8Array): { found: string; bits: Uint8Array } {
    const binding = {
      ...common,
      sessionId: random.bytes(32),
      start: random.bytes(32),
      hash: statementHash(suite, statement),
    }
    const seed = random.bytes(32)
    const first = requestJoint(binding, secrets, firm.setups.receiver.id)
    const evaluation = evaluateJoint(binding, acceptJoint(binding, first.message), firm.key, seed, random)
    const second = chooseEntry(binding, store, first.state, evaluation, () => firm.setups.receiver)
    const messages = [first.message, evaluation, second.message] as const
    const tag = otTag(binding, first.message, evaluation)
    const seeds = firm.setups.sender
    const { body, share } = answerJoint(binding, { messages, maskKey, seed, seeds, tag, words })
    const changed = change(body)
    const { signature } = signJointReceipt(signingKey, {
      version: 1,
      party: firm.party,
      inquirer: 'galaxy',
      table: 3,
      answeredAt: 5,
      intentId: statement.intentId,
      statement: binding.hash,
      sessionId: binding.sessionId,
      transcript: digestOf(binding, 'transcript', [...messages, changed]),
      seedCommitment: evaluation.slice(0, 32),
    })
    const { handle, entry } = second.found
    const bits = bitsOfBytes(concat(handle, entry))
    try {
      const answer = encodeSealed(suite, changed, { answeredAt: 5, signature })
      const { state } = acceptAnswer(binding, second.state, answer, signingKey.publicKey)
      const value = openAnswer(binding, state)
      const sum = value + decodeJointShare(share).value - sumOfWords(statement, firm.party, words).value
      return { found: BigInt.asUintN(64, sum) === 700n ? 'done' : 'wrong', bits }
    } catch (error) {
      return { found: (error as MixunError).code, bits }
    }
  }

  it.each(jointAnswerAttacks(256))(
    '$name: found or without effect, at a rate of $rate',
    ({ change, rate }) => {
      const found = Array.from({ length: 40 }, (_, i) => outcome(body => change(body, 6 * i)).found)
      expect(found.filter(each => each !== 'done' && each !== 'ERR_VERIFY_GARBLED')).toEqual([])
      const caught = found.filter(each => each === 'ERR_VERIFY_GARBLED').length / found.length
      expect(Math.abs(caught - rate)).toBeLessThan(rate === 1 ? 0.001 : 0.25)
    },
  )

  it('every state serves once: ERR_STATE_CONSUMED', () => {
    const binding = {
      ...common,
      sessionId: random.bytes(32),
      start: random.bytes(32),
      hash: statementHash(suite, statement),
    }
    const first = requestJoint(binding, secrets, firm.setups.receiver.id)
    const accepted = acceptJoint(binding, first.message)
    const evaluation = evaluateJoint(binding, accepted, firm.key, random.bytes(32), random)
    expectCode('ERR_STATE_CONSUMED', () =>
      evaluateJoint(binding, accepted, firm.key, random.bytes(32), random),
    )
    const choose = () => chooseEntry(binding, store, first.state, evaluation, () => firm.setups.receiver)
    const second = choose()
    expectCode('ERR_STATE_CONSUMED', choose)
    const finish = () => acceptAnswer(binding, second.state, new Uint8Array(1), signingKey.publicKey)
    expectCode('ERR_DECODE_LENGTH', finish)
    expectCode('ERR_STATE_CONSUMED', finish)
  })

  it('a selective failure shows the bit that it aims at: why a failure must stay at home', () => {
    const { change } = jointAnswerAttacks(256)[2] as JointAnswerAttack
    for (const input of [0, 17, 140, 255]) {
      const { found, bits } = outcome(body => change(body, input))
      expect(found).toBe(bits[input] === 1 ? 'ERR_VERIFY_GARBLED' : 'done')
    }
  })

  it('leaves a record that shows an auditor whose fault it is: ERR_VERIFY_GARBLED', async () => {
    const { change } = jointAnswerAttacks(256).find(({ rate }) => rate === 1) as JointAnswerAttack
    const asked = testQuery(consortium, 'zhang')
    const failed: JointInquirerRecord[] = []
    const spoiling = (session: Session) => {
      const { query: of } = asked
      const hash = statementHash(suite, of.statement)
      const binding = { ...common, sessionId: session.id, start: session.transcript.digest(), hash }
      let evaluation: Uint8Array
      return tamperedSession(session, received => async (frame, nth) => {
        if (nth === 0) return [(evaluation = frame.slice())]
        const length = frame.length - 8 - suite.signatureBytes
        const { body, answeredAt } = decodeSealed(suite, length, frame)
        const changed = change(body, 0)
        const messages = [received[0], evaluation, received[1]] as Uint8Array[]
        const { signature } = signJointReceipt(signingKey, {
          version: 1,
          party: firm.party,
          inquirer: 'galaxy',
          table: 3,
          answeredAt,
          intentId: of.statement.intentId,
          statement: binding.hash,
          sessionId: session.id,
          transcript: digestOf(binding, 'transcript', [...messages, changed]),
          seedCommitment: evaluation.slice(0, 32),
        })
        return [encodeSealed(suite, changed, { answeredAt, signature })]
      })
    }
    const options = {
      server: spoiling,
      onFailedCheck: (record: JointInquirerRecord) => void failed.push(record),
    }
    const [client] = await jointSession(consortium, firm, asked, options)
    expect(codeOf(client)).toBe('ERR_VERIFY_GARBLED')
    const [record] = failed as [JointInquirerRecord]
    const about = { suite, query: asked.query, commitment, partyKey: signingKey.publicKey }
    const replay = ({ receipt, signature, ...rest }: JointInquirerRecord) =>
      replayInquirer({ ...about, signed: { receipt, signature } }, store, asked.secrets, {
        receipt,
        signature,
        ...rest,
      })
    expectCode('ERR_VERIFY_GARBLED', () => replay(record))
    // An inquirer that says so of another answer is found out itself.
    const answer = record.answer.with(9, (record.answer[9] as number) ^ 1)
    expectCode('ERR_VERIFY_SIGNATURE', () => replay({ ...record, answer }))
    const otSeeds = record.otSeeds.with(70, (record.otSeeds[70] as number) ^ 1)
    expectCode('ERR_VERIFY_REPLAY', () => replay({ ...record, otSeeds }))
  })

  it('with another mask key makes the subject absent: a wrong total, which an audit alone sees', async () => {
    const table = { ...firm.table, maskKey: new Uint8Array(16) }
    const asked = testQuery(consortium, 'zhang')
    const [client, server] = await jointSession(consortium, { ...firm, table }, asked)
    if (client.status === 'rejected' || server.status === 'rejected')
      throw new Error('expected both to finish')
    const audited = {
      suite,
      query: asked.query,
      commitment,
      signed: server.value.signed,
      partyKey: signingKey.publicKey,
    }
    const { record, share } = server.value
    expectCode('ERR_VERIFY_REPLAY', () => replayProvider(audited, firm.table, record, share))
    expectCode('ERR_VERIFY_COMMITMENT', () => replayProvider(audited, table, record, share))
  })
})

describe('a share', () => {
  it('says nothing without its mask: two queries of one firm have unrelated values and shares', async () => {
    const consortium = testConsortium(books)
    const gathered: Gathered[] = []
    for (const intent of ['intent 1', 'intent 2']) {
      gathered.push(await gatherJoint(consortium, testQuery(consortium, 'zhang', { intent })))
    }
    const all = gathered.flatMap(({ values, shares }) => [
      ...values.map(({ value }) => value.toString(16)),
      ...[...shares.values()].map(toHex),
    ])
    expect(new Set(all).size).toBe(all.length)
    expect(concat(...(gathered[0]?.shares.values() ?? []))).toHaveLength(48)
  })
})
