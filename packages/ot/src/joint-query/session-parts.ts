import { compareBytes, concat } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import type { JointTableCommitment } from '../joint-table/index.ts'
import type { ReceiverSetup, SenderSeeds, SenderSetup } from '../ot-extension/index.ts'
import { checkTable, type JointBinding, type JointTableBinding } from './binding.ts'
import type { JointQuery } from './options.ts'
import { senderSeeds, takeSeeds } from './ot-seeds.ts'
import { JOINT_QUERY_PROTOCOL, jointQueryParametersById } from './params.ts'
import { checkJointStatement, statementHash } from './statement.ts'

/** Codes of a peer that has burnt its half of a setup, or never had it. */
const BURNING = /^ERR_(JOINT_SETUP|VERIFY_OT_EXTENSION|DECODE_[A-Z]+)$/

/**
 * What session and statement say together; they must agree on protocol, parameters and roles.
 *
 * @throws ERR_SESSION_PROTOCOL, ERR_JOINT_FIRMS, ERR_JOINT_STATEMENT and as `checkJointStatement`
 */
export function sessionBinding(
  session: Session,
  protocol: string,
  { statement, minimumFirms }: JointQuery,
  roles: { readonly inquirer: string; readonly party: string },
): JointBinding {
  const { hello, identity, transcript } = session
  const { suite } = identity
  checkJointStatement(statement, minimumFirms)
  const parameters = jointQueryParametersById(hello.parameters)
  if (hello.protocol !== protocol || parameters.suite !== suite.id) {
    fail('ERR_SESSION_PROTOCOL', `expected a session of ${protocol} with parameters of suite ${suite.id}`)
  }
  if (roles.inquirer !== statement.inquirer) {
    fail('ERR_JOINT_STATEMENT', `expected a session that ${statement.inquirer} opened`)
  }
  return {
    suite,
    parameters,
    sessionId: session.id,
    start: transcript.digest(),
    statement,
    hash: statementHash(suite, statement),
    party: roles.party,
  }
}

/** The binding of a session with a provider. @throws as {@link sessionBinding} */
export function tableBinding(
  session: Session,
  query: JointQuery,
  commitment: JointTableCommitment,
  roles: { readonly inquirer: string; readonly party: string },
): JointTableBinding {
  const shared = sessionBinding(session, JOINT_QUERY_PROTOCOL, query, roles)
  const binding = { ...shared, commitment }
  checkTable(binding)
  return binding
}

/** The fields of a record that both sides write alike. */
export function recordFields({ statement, hash, party, sessionId, start }: JointBinding) {
  return { version: 1, statement: hash, inquirer: statement.inquirer, party, sessionId, start } as const
}

/** Ends this half of a setup when the peer says that its half is gone. */
export function burnIfGone(error: unknown, setup: ReceiverSetup): void {
  const isRefused = error instanceof MixunError && error.code === 'ERR_PEER_REFUSED'
  if (isRefused && BURNING.test(String(error.details.peerCode))) setup.burn()
}

/** @throws ERR_STATE_CONSUMED for a setup that was burnt, ERR_PARAMETER_FOREIGN */
export function checkSetup({ parameters }: JointBinding, setup: ReceiverSetup): void {
  if (!setup.isUsable) fail('ERR_STATE_CONSUMED', 'expected a setup that no abort has ended: make a new one')
  const { id } = parameters.extension
  if (setup.parameters.id !== id) {
    fail('ERR_PARAMETER_FOREIGN', `expected a setup of ${id}, found ${setup.parameters.id}`)
  }
}

/** The setup that the inquirer names, once it is found. @throws ERR_JOINT_SETUP, ERR_PARAMETER_FOREIGN */
export function checkFound(
  { parameters }: JointBinding,
  setup: SenderSetup | undefined,
  id: Uint8Array,
): SenderSetup {
  if (setup === undefined || !setup.isUsable || compareBytes(setup.id, id) !== 0) {
    return fail(
      'ERR_JOINT_SETUP',
      'expected the id of a setup that was made with this inquirer and still serves',
    )
  }
  const { extension } = parameters
  if (setup.parameters.id !== extension.id) {
    fail('ERR_PARAMETER_FOREIGN', `expected a setup of ${extension.id}, found ${setup.parameters.id}`)
  }
  return setup
}

/** The seeds of a session's OTs, and Δ with them as a record keeps them. @throws ERR_STATE_CONSUMED */
export function takeSenderSeeds(
  setup: SenderSetup,
  tag: Uint8Array,
): { seeds: SenderSeeds; opening: Uint8Array } {
  const { delta } = setup
  const opening = concat(delta, takeSeeds(setup, tag))
  return { seeds: senderSeeds(setup.parameters, opening, () => setup.burn()), opening }
}
