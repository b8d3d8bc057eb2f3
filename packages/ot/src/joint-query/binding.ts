import { compareBytes, toHex, utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import type { JointTableCommitment } from '../joint-table/index.ts'
import { jointCommitmentDigest } from './digest.ts'
import type { JointQueryParameters } from './params.ts'
import { type JointStatement, tableOf } from './statement.ts'

/** Version of the messages; part of every challenge and digest. */
const JOINT_QUERY_WIRE_VERSION = 1

/** Everything public that one session is bound to. Equal on both sides, or nothing verifies. */
export interface JointBinding {
  readonly suite: Suite
  readonly parameters: JointQueryParameters
  readonly sessionId: Uint8Array
  /** Digest of the session's transcript before the first message: it covers the signed hello. */
  readonly start: Uint8Array
  readonly statement: JointStatement
  /** `statementHash` of the statement. */
  readonly hash: Uint8Array
  /** Who answers. */
  readonly party: string
}

/** A binding of a session about a provider's table. */
export interface JointTableBinding extends JointBinding {
  readonly commitment: JointTableCommitment
}

/**
 * Checks that a table is the one that the frozen statement names.
 *
 * @throws ERR_JOINT_STATEMENT for another provider, data set, version, commitment, suite or parameters
 */
export function checkTable(binding: JointTableBinding): void {
  const { suite, parameters, commitment, statement, party } = binding
  const { version, digest } = tableOf(statement, party)
  const isNamed =
    commitment.provider === party &&
    commitment.dataset === statement.dataset &&
    commitment.version === version &&
    commitment.suite === suite.id &&
    commitment.oprf === parameters.oprf.id &&
    commitment.parameters === parameters.table.id &&
    compareBytes(jointCommitmentDigest(suite, commitment), digest) === 0
  if (!isNamed) {
    fail(
      'ERR_JOINT_STATEMENT',
      `expected version ${version} of the table of ${party} that the statement froze`,
    )
  }
}

/** The context of the proof of ρ: protocol, session, statement, roles and key. */
export function jointBlindingContext(binding: JointTableBinding): Uint8Array {
  const { suite, parameters, sessionId, start, statement, hash, party, commitment } = binding
  const domain = [JOINT_QUERY_WIRE_VERSION, parameters.id, toHex(sessionId)].join('-')
  return new Writer()
    .bytes16(utf8(`mixun-joint-query-${domain}`))
    .bytes16(utf8(suite.id))
    .bytes16(start)
    .bytes16(hash)
    .bytes16(utf8(statement.inquirer))
    .bytes16(utf8(party))
    .bytes16(commitment.publicKey)
    .finish()
}

/** Digest of the messages of a session up to some point, under a label. */
export function digestOf(
  { suite, start, hash, party }: JointBinding,
  label: string,
  messages: readonly Uint8Array[],
): Uint8Array {
  const writer = new Writer()
    .bytes16(utf8(`mixun-joint-${label}-${JOINT_QUERY_WIRE_VERSION}`))
    .bytes16(start)
    .bytes16(hash)
    .bytes16(utf8(party))
  for (const message of messages) writer.bytes32(message)
  return suite.hash(writer.finish())
}
