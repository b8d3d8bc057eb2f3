import { utf8 } from '@mixun/core/bytes'
import { type DecryptionKey, generateDecryptionSecret, importDecryptionKey } from '@mixun/core/sealing'
import type { Session } from '@mixun/core/session'
import { intl, type Suite } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { combineBlind, commitSubject, rerandomize } from '../consent-blinding/index.ts'
import {
  commitSeed,
  JOINT_QUERY_PROTOCOL,
  JOINT_THRESHOLD_PROTOCOL,
  type JointAnswer,
  type JointComparison,
  type JointComparisonAnswer,
  type JointContribution,
  type JointInquirerRecord,
  type JointNoise,
  type JointOutput,
  type JointQuery,
  type JointQueryParameters,
  type JointSecrets,
  type JointValue,
  jointCommitmentDigest,
  jointQueryParametersOf,
  MaskKeys,
  runJointClient,
  runJointServer,
  runJointThresholdClient,
  runJointThresholdServer,
} from '../joint-query/index.ts'
import { type BuiltJointTable, buildJointTable } from '../joint-table/index.ts'
import { evaluateInput, generateKeyPair, type OprfKeyPair } from '../oprf/index.ts'
import type { ReceiverSetup, SenderSetup } from '../ot-extension/index.ts'
import { dealtSetups } from './dealt-setups.ts'
import { sessionPair } from './sessions.ts'

/** A firm of a test: its book, its table of version 3 and its keys. */
export interface TestFirm {
  readonly party: string
  readonly table: BuiltJointTable
  readonly key: OprfKeyPair
  readonly decryptionKey: DecryptionKey
  readonly masks: MaskKeys
  readonly setups: { readonly sender: SenderSetup; readonly receiver: ReceiverSetup }
}

/** Firms, an inquirer `galaxy` and an association `association` with OT setups from a dealer. For tests. */
export interface TestConsortium {
  readonly suite: Suite
  readonly parameters: JointQueryParameters
  readonly firms: readonly TestFirm[]
  readonly association: Pick<TestFirm, 'masks' | 'setups'>
  /** Encryption keys by party. */
  readonly members: ReadonlyMap<string, Uint8Array>
}

/** A firm's book: amounts by subject. */
export type TestBook = ReadonlyMap<string, bigint>

const DATASET = 'overdue-fen'

/** The books that processes of a test hold: 1,000 in all. */
export const PROCESS_BOOKS: readonly TestBook[] = [
  new Map([['zhang', 400n]]),
  new Map([['li', 70n]]),
  new Map([
    ['zhang', 600n],
    ['li', 1n],
  ]),
]

/** What their query asks: the total is exactly as much. */
export const PROCESS_OUTPUT: JointOutput = { kind: 'atLeastFen', threshold: 1_000n }

/** A consortium with one firm a book. */
export function testConsortium(
  books: readonly TestBook[],
  suite: Suite = intl,
  seed = 'joint',
): TestConsortium {
  const parameters = jointQueryParametersOf(suite.id)
  const random = seededRandom(seed)
  const newKey = () => importDecryptionKey(suite.id, generateDecryptionSecret(suite.id, random))
  const firms = books.map((book, i) => {
    const party = `firm-${String(i).padStart(4, '0')}`
    const key = generateKeyPair(parameters.oprf, random)
    const entries = Array.from(book, ([subject, amount]) => ({
      output: evaluateInput(parameters.oprf, 'voprf', key.secretKey, utf8(subject)),
      amount,
    }))
    const id = { provider: party, dataset: DATASET, version: 3 }
    const table = buildJointTable({ id, suite, oprf: parameters.oprf, key, entries, random })
    const decryptionKey = newKey()
    const masks = new MaskKeys(suite, party, decryptionKey)
    const setups = dealtSetups(parameters.extension, `${seed} ${party}`)
    return { party, table, key, decryptionKey, masks, setups }
  })
  const own = newKey()
  const members = new Map(firms.map(({ party, decryptionKey }) => [party, decryptionKey.publicKey]))
  members.set('association', own.publicKey)
  const association = {
    masks: new MaskKeys(suite, 'association', own),
    setups: dealtSetups(parameters.extension, `${seed} association`),
  }
  return { suite, parameters, firms, association, members }
}

export interface TestQueryOptions {
  readonly output?: JointOutput
  readonly noise?: JointNoise
  readonly intent?: string
  /** The set, all firms by default. */
  readonly firms?: readonly TestFirm[]
}

/** A consented and recorded query about `subject`: what all sides hold before the first session. For tests. */
export function testQuery(
  { suite, parameters, ...consortium }: TestConsortium,
  subject: string,
  options: TestQueryOptions = {},
): { query: JointQuery; secrets: JointSecrets } {
  const random = seededRandom(`query ${subject} ${options.intent}`)
  const { oprf } = parameters
  const input = utf8(subject)
  const { commitment, opening } = commitSubject(oprf, input, random)
  const { element, factor } = rerandomize(oprf, utf8('intent'), commitment, random)
  const seed = random.bytes(32)
  const output = options.output ?? { kind: 'overdueFen' }
  const firms = options.firms ?? consortium.firms
  const statement = {
    intentId: utf8(options.intent ?? 'intent 1'),
    element,
    inquirer: 'galaxy',
    dataset: DATASET,
    output,
    association: output.kind === 'atLeastFen' ? 'association' : null,
    tables: firms.map(({ party, table }) => ({
      provider: party,
      version: 3,
      digest: jointCommitmentDigest(suite, table.commitment),
    })),
    noise: options.noise ?? null,
    seedCommitment: commitSeed(suite, { party: 'galaxy', role: 'inquirer' }, seed),
  }
  return {
    query: { statement, minimumFirms: 3 },
    secrets: { input, blind: combineBlind(oprf, factor, opening), seed },
  }
}

/** What a test may put between the two sides of a session, or change at either. */
export interface TestSessionOptions {
  readonly client?: (session: Session) => Session
  readonly server?: (session: Session) => Session
  /** The query as the provider has it. */
  readonly asked?: JointQuery
  readonly seed?: string
  readonly now?: () => number
  readonly onFailedCheck?: (record: JointInquirerRecord) => void
  /** Ends both sides' waits. */
  readonly signal?: AbortSignal
}

/** A session of both sides of a query; rejections of both are kept. For tests. */
export async function jointSession(
  { suite, parameters, members }: TestConsortium,
  firm: TestFirm,
  { query, secrets }: { query: JointQuery; secrets: JointSecrets },
  options: TestSessionOptions = {},
): Promise<[PromiseSettledResult<JointContribution>, PromiseSettledResult<JointAnswer>]> {
  const { client, server } = await sessionPair({
    protocol: JOINT_QUERY_PROTOCOL,
    parameters: parameters.id,
    server: firm.party,
    suite,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  const { commitment, store, maskKey } = firm.table
  const { sender, receiver } = firm.setups
  const asking = runJointClient(options.client?.(client) ?? client, {
    query,
    secrets,
    table: { commitment, store },
    setup: receiver,
    ...(options.onFailedCheck === undefined ? {} : { onFailedCheck: options.onFailedCheck }),
  })
  const answering = runJointServer(options.server?.(server) ?? server, {
    query: options.asked ?? query,
    table: { commitment, key: firm.key, maskKey },
    setup: () => sender,
    masks: firm.masks,
    members,
    beforeAnswer: async () => undefined,
    ...(options.now === undefined ? {} : { now: options.now }),
  })
  return bothOrRefuse(client, asking, server, answering)
}

/** The comparison that ends a query. For tests. */
export async function comparisonSession(
  { suite, parameters, members, association }: TestConsortium,
  { query }: { query: JointQuery },
  { values, shares }: { values: readonly JointValue[]; shares: ReadonlyMap<string, Uint8Array> },
  options: TestSessionOptions = {},
): Promise<[PromiseSettledResult<JointComparison>, PromiseSettledResult<JointComparisonAnswer>]> {
  const { client, server } = await sessionPair({
    protocol: JOINT_THRESHOLD_PROTOCOL,
    parameters: parameters.id,
    server: 'association',
    suite,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.now === undefined ? {} : { now: options.now }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  const { sender, receiver } = association.setups
  const asking = runJointThresholdClient(options.client?.(client) ?? client, {
    query,
    values,
    shares,
    setup: receiver,
  })
  const answering = runJointThresholdServer(options.server?.(server) ?? server, {
    query: options.asked ?? query,
    setup: () => sender,
    masks: association.masks,
    members,
    beforeAnswer: async () => undefined,
    ...(options.now === undefined ? {} : { now: options.now }),
  })
  return bothOrRefuse(client, asking, server, answering)
}

/** What an inquirer holds when all firms have answered and the query is opened. */
export interface Gathered {
  readonly values: readonly JointContribution[]
  readonly shares: ReadonlyMap<string, Uint8Array>
  readonly answers: readonly JointAnswer[]
}

/** Sessions with all firms of a query, one after another. @throws what either side of any throws */
export async function gatherJoint(
  consortium: TestConsortium,
  asked: { query: JointQuery; secrets: JointSecrets },
  firms: readonly TestFirm[] = consortium.firms,
): Promise<Gathered> {
  const values: JointContribution[] = []
  const shares = new Map<string, Uint8Array>()
  const answers: JointAnswer[] = []
  for (const firm of firms) {
    const [client, server] = await jointSession(consortium, firm, asked)
    if (client.status === 'rejected') throw client.reason
    if (server.status === 'rejected') throw server.reason
    values.push(client.value)
    shares.set(firm.party, server.value.share)
    answers.push(server.value)
  }
  return { values, shares, answers }
}

async function bothOrRefuse<T, U>(
  client: Session,
  asking: Promise<T>,
  server: Session,
  answering: Promise<U>,
) {
  const refusing = async (session: Session, run: Promise<unknown>) => {
    try {
      await run
    } catch (error) {
      await session.refuse(error)
    }
  }
  void refusing(server, answering)
  // An inquirer has nothing to say to a provider.
  asking.catch(() => client.abort())
  return Promise.allSettled([asking, answering])
}
