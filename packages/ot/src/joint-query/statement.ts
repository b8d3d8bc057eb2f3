import { utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { DEFAULT_MINIMUM_FIRMS, LEAST_FIRMS, MAX_FIRMS } from './params.ts'

/** What a joint query opens: the total of the amounts, how many books have the subject, or whether the total is at least so much. */
export type JointOutput =
  | { readonly kind: 'overdueFen' }
  | { readonly kind: 'count' }
  | {
      readonly kind: 'atLeastFen'
      /** θ, 1 to 2^62. */
      readonly threshold: bigint
    }

/** One provider's table in a query. */
export interface JointTableReference {
  readonly provider: string
  readonly version: number
  /** Digest of the commitment on the ledger, 32 bytes: `jointCommitmentDigest`. */
  readonly digest: Uint8Array
}

/** Discrete Laplace noise on what is opened. */
export interface JointNoise {
  /** t, in the unit of what is opened, 1 to 2^40: noise x has probability proportional to e^(−|x|/t). */
  readonly scale: number
}

/**
 * All that a joint query is about, frozen by its intent: every mask is bound to every field, so that answers to two
 * statements do not add up to anything.
 */
export interface JointStatement {
  /** 1 to 64 bytes. */
  readonly intentId: Uint8Array
  /** None of the providers: it knows its own book. */
  readonly inquirer: string
  /** T of the recorded intent: firms that were shown another one, and so another subject, add nothing to the others. */
  readonly element: Uint8Array
  readonly dataset: string
  readonly output: JointOutput
  /** Who compares with θ; null unless the kind is `atLeastFen`. None of the providers. */
  readonly association: string | null
  /** By provider, in ascending order. */
  readonly tables: readonly JointTableReference[]
  readonly noise: JointNoise | null
  /** `commitSeed` of the inquirer's seed, 32 bytes. */
  readonly seedCommitment: Uint8Array
}

const PARTY = /^[a-z][a-z0-9-]{0,31}$/
const MAX_THRESHOLD = 2n ** 62n
const MAX_SCALE = 2 ** 40

/**
 * Checks a statement by itself, as all parties do.
 *
 * @param minimumFirms of the consortium's rules, 3 at least
 * @throws ERR_JOINT_FIRMS for too few or too many firms, ERR_INPUT_DUPLICATE, ERR_INPUT_RANGE, ERR_INPUT_LENGTH
 */
export function checkJointStatement(
  statement: JointStatement,
  minimumFirms: number = DEFAULT_MINIMUM_FIRMS,
): void {
  const { tables, output, noise } = statement
  if (!(minimumFirms >= LEAST_FIRMS))
    fail('ERR_INPUT_RANGE', `expected a minimum of ${LEAST_FIRMS} firms or more`)
  if (tables.length < minimumFirms || tables.length > MAX_FIRMS) {
    fail('ERR_JOINT_FIRMS', `expected ${minimumFirms} to ${MAX_FIRMS} firms, found ${tables.length}`)
  }
  for (const [i, { provider, version, digest }] of tables.entries()) {
    checkParty(provider)
    if (digest.length !== 32) fail('ERR_INPUT_LENGTH', 'expected a digest of 32 bytes of each commitment')
    if (!Number.isSafeInteger(version) || version < 0)
      fail('ERR_INPUT_RANGE', `table ${i}: expected a version`)
    const before = tables[i - 1]?.provider ?? ''
    if (before === provider) fail('ERR_INPUT_DUPLICATE', `tables ${i - 1} and ${i} are of one provider`)
    if (before > provider) fail('ERR_INPUT_RANGE', 'expected tables in the order of their providers')
  }
  if (!PARTY.test(statement.dataset)) fail('ERR_INPUT_RANGE', 'expected the name of a data set')
  if (statement.intentId.length < 1 || statement.intentId.length > 64) {
    fail('ERR_INPUT_LENGTH', 'expected an intent id of 1 to 64 bytes')
  }
  if (statement.seedCommitment.length !== 32)
    fail('ERR_INPUT_LENGTH', 'expected a seed commitment of 32 bytes')
  if (
    noise !== null &&
    !(Number.isSafeInteger(noise.scale) && noise.scale >= 1 && noise.scale <= MAX_SCALE)
  ) {
    fail('ERR_INPUT_RANGE', 'expected a scale of noise of 1 to 2^40')
  }
  if ((output.kind === 'atLeastFen') !== (statement.association !== null)) {
    fail('ERR_INPUT_RANGE', 'expected an association for a comparison, and for nothing else')
  }
  if (output.kind === 'atLeastFen' && (output.threshold < 1n || output.threshold > MAX_THRESHOLD)) {
    fail('ERR_INPUT_RANGE', 'expected a threshold of 1 to 2^62')
  }
  const outsiders = [statement.inquirer, ...(statement.association === null ? [] : [statement.association])]
  for (const party of outsiders) checkParty(party)
  const parties = [...outsiders, ...tables.map(({ provider }) => provider)]
  if (new Set(parties).size !== parties.length) {
    fail('ERR_INPUT_DUPLICATE', 'expected an inquirer and an association that are none of the providers')
  }
}

/** Hash of every field of a statement, 32 bytes: what masks, seeds and receipts are bound to. */
export function statementHash(suite: Suite, statement: JointStatement): Uint8Array {
  const { output, noise, tables } = statement
  const threshold = output.kind === 'atLeastFen' ? output.threshold : 0n
  const writer = new Writer()
    .bytes16(utf8('mixun-joint-statement-1'))
    .bytes16(utf8(suite.id))
    .bytes16(statement.intentId)
    .bytes16(utf8(statement.inquirer))
    .bytes16(statement.element)
    .bytes16(utf8(statement.dataset))
    .bytes16(utf8(output.kind))
    .bytes16(utf8(threshold.toString()))
    .bytes16(utf8(statement.association ?? ''))
    .uint64(noise?.scale ?? 0)
    .bytes16(statement.seedCommitment)
    .uint32(tables.length)
  for (const { provider, version, digest } of tables) {
    writer.bytes16(utf8(provider)).uint64(version).bytes16(digest)
  }
  return suite.hash(writer.finish())
}

/** A provider's table in the statement. @throws ERR_JOINT_STATEMENT when it has none */
export function tableOf(statement: JointStatement, provider: string): JointTableReference {
  return (
    statement.tables.find(table => table.provider === provider) ??
    fail('ERR_JOINT_STATEMENT', `expected a provider of the frozen set, found ${provider}`)
  )
}

/** Whose masks cancel: the providers, and behind them the association where there is one. */
export function maskingParties(statement: JointStatement): string[] {
  const providers = statement.tables.map(({ provider }) => provider)
  return statement.association === null ? providers : [...providers, statement.association]
}

function checkParty(party: string): void {
  if (!PARTY.test(party)) fail('ERR_INPUT_RANGE', 'expected the id of a party')
}
