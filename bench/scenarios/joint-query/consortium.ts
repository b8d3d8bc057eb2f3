import { utf8 } from '@mixun/core/bytes'
import type { Channel } from '@mixun/core/channel'
import { generateDecryptionSecret, importDecryptionKey } from '@mixun/core/sealing'
import { acceptSession, type Identity, openSession, type Session } from '@mixun/core/session'
import { suiteById, type SuiteId } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { combineBlind, commitSubject, rerandomize } from '@mixun/ot/consent-blinding'
import {
  commitSeed,
  type JointQuery,
  type JointSecrets,
  jointCommitmentDigest,
  jointQueryParametersOf,
  MaskKeys,
} from '@mixun/ot/joint-query'
import { type BuiltJointTable, buildJointTable } from '@mixun/ot/joint-table'
import { evaluateInput, generateKeyPair, type OprfKeyPair } from '@mixun/ot/oprf'

/** What a run is of: both processes make the same consortium from it. */
export interface JointRun {
  readonly suite: SuiteId
  readonly firms: number
  readonly subjects: number
}

/** A firm with its table. */
export interface BenchFirm {
  readonly party: string
  readonly identity: Identity
  readonly key: OprfKeyPair
  readonly table: BuiltJointTable
  readonly masks: MaskKeys
}

const INQUIRER = 'galaxy'
const SUBJECT = utf8('subject of the query')

/** The amount of the subject in the book of firm `i`: two of three firms have it. */
export const amountOf = (i: number): bigint | null => (i % 3 === 2 ? null : BigInt(1_000 * (i + 1)))

function identityOf(suite: SuiteId, partyId: string): Identity {
  const algorithms = suiteById(suite)
  const signingKey = algorithms.generateSigningKey(seededRandom(`identity ${partyId}`))
  return { partyId, suite: algorithms, signingKey }
}

/** All firms of a run, their tables of random subjects and the one that is asked about. */
export function makeFirms({ suite, firms, subjects }: JointRun): BenchFirm[] {
  const { oprf } = jointQueryParametersOf(suite)
  return Array.from({ length: firms }, (_, i) => {
    const party = `firm-${String(i).padStart(4, '0')}`
    const random = seededRandom(`firm ${i}`)
    const key = generateKeyPair(oprf, random)
    const amount = amountOf(i)
    const own =
      amount === null ? [] : [{ output: evaluateInput(oprf, 'voprf', key.secretKey, SUBJECT), amount }]
    const others = Array.from({ length: subjects - 1 }, (_, j) => ({
      output: random.bytes(32),
      amount: BigInt(j),
    }))
    const table = buildJointTable({
      id: { provider: party, dataset: 'overdue-fen', version: 1 },
      suite: suiteById(suite),
      oprf,
      key,
      entries: [...own, ...others],
      random,
    })
    const decryptionKey = importDecryptionKey(
      suite,
      generateDecryptionSecret(suite, seededRandom(`key ${i}`)),
    )
    const masks = new MaskKeys(suiteById(suite), party, decryptionKey)
    return { party, identity: identityOf(suite, party), key, table, masks }
  })
}

/** Encryption keys of all firms. */
export function membersOf({ suite, firms }: JointRun): Map<string, Uint8Array> {
  return new Map(
    Array.from({ length: firms }, (_, i) => {
      const secret = generateDecryptionSecret(suite, seededRandom(`key ${i}`))
      return [`firm-${String(i).padStart(4, '0')}`, importDecryptionKey(suite, secret).publicKey] as const
    }),
  )
}

/** Query number `n` about the subject, in both processes. */
export function makeQuery(
  { suite }: JointRun,
  firms: readonly BenchFirm[],
  n: number,
): { query: JointQuery; secrets: JointSecrets } {
  const algorithms = suiteById(suite)
  const { oprf } = jointQueryParametersOf(suite)
  const random = seededRandom(`query ${n}`)
  const { commitment, opening } = commitSubject(oprf, SUBJECT, random)
  const { element, factor } = rerandomize(oprf, utf8('intent'), commitment, random)
  const seed = random.bytes(32)
  const statement = {
    intentId: utf8(`intent ${n}`),
    element,
    inquirer: INQUIRER,
    dataset: 'overdue-fen',
    output: { kind: 'overdueFen' } as const,
    association: null,
    tables: firms.map(({ party, table }) => ({
      provider: party,
      version: 1,
      digest: jointCommitmentDigest(algorithms, table.commitment),
    })),
    noise: null,
    seedCommitment: commitSeed(algorithms, { party: INQUIRER, role: 'inquirer' }, seed),
  }
  const secrets = { input: SUBJECT, blind: combineBlind(oprf, factor, opening), seed }
  return { query: { statement, minimumFirms: 3 }, secrets }
}

export function openTo(
  suite: SuiteId,
  channel: Channel,
  party: string,
  protocol: string,
  parameters: string,
): Promise<Session> {
  const peer = identityOf(suite, party)
  return openSession(channel, {
    identity: identityOf(suite, INQUIRER),
    peer: { partyId: party, publicKey: peer.signingKey.publicKey },
    protocol,
    parameters,
  })
}

export function acceptAs(identity: Identity, channel: Channel): Promise<Session> {
  const { publicKey } = identityOf(identity.suite.id, INQUIRER).signingKey
  return acceptSession(channel, {
    identity,
    member: id => (id === INQUIRER ? { partyId: id, publicKey } : undefined),
    offers: () => true,
  })
}
