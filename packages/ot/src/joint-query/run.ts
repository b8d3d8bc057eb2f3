import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import type { JointTableCommitment } from '../joint-table/index.ts'
import type { Okvs } from '../okvs/index.ts'
import type { OprfKeyPair } from '../oprf/index.ts'
import type { ReceiverSetup, SenderSetup } from '../ot-extension/index.ts'
import type { MaskKeys, MemberKeys } from './masks.ts'
import type { JointReceipt, SignedJointReceipt } from './receipt.ts'
import type { JointAnswerRecord, JointInquirerRecord } from './record.ts'
import type { JointStatement } from './statement.ts'

/** What all sessions of one query have in common, on every side. */
export interface JointQuery {
  readonly statement: JointStatement
  /** T of the recorded intent. */
  readonly element: Uint8Array
  /** Fewest firms by the consortium's rules; 10 by default. */
  readonly minimumFirms?: number
}

/** What the inquirer brings to every session of a query. */
export interface JointSecrets {
  /** x, the subject's encoding; secret. */
  readonly input: Uint8Array
  /** τ·s, from `combineBlind`; secret. */
  readonly blind: Uint8Array
  /** The seed of the statement's commitment, 32 bytes; secret. */
  readonly seed: Uint8Array
}

/** A provider's table as others hold it. */
export interface JointTableCopy {
  readonly commitment: JointTableCommitment
  readonly store: Okvs
}

export interface JointClientOptions {
  readonly query: JointQuery
  readonly secrets: JointSecrets
  readonly table: JointTableCopy
  /** Made ahead with this provider by `setUpOtReceiver`. */
  readonly setup: ReceiverSetup
}

/** What a session leaves with the inquirer: a random number, until all shares are there. */
export interface JointContribution {
  readonly provider: string
  /** `[present]·amount − b` or `[present] − b`, mod 2^64. */
  readonly value: bigint
  readonly receipt: JointReceipt
  readonly signed: SignedJointReceipt
  readonly record: JointInquirerRecord
}

/** A provider's table as itself. */
export interface OwnJointTable {
  readonly commitment: JointTableCommitment
  readonly key: OprfKeyPair
  /** Secret, 16 bytes. */
  readonly maskKey: Uint8Array
}

/** What an answering party has before its answer goes out, and must have stored when it does. */
export interface JointAnswer {
  /** 16 bytes, secret until the query opens: `encodeJointShare`. */
  readonly share: Uint8Array
  readonly receipt: JointReceipt
  readonly signed: SignedJointReceipt
  /** For an audit; secret. */
  readonly record: JointAnswerRecord
}

export interface JointServerOptions {
  readonly query: JointQuery
  readonly table: OwnJointTable
  /** The setup of this id made ahead with this inquirer by `setUpOtSender`. Throws to refuse. */
  readonly setup: (id: Uint8Array) => SenderSetup | Promise<SenderSetup>
  readonly masks: MaskKeys
  readonly members: MemberKeys
  /** Awaited after the request's proof holds and before the key is used: the durable log entry. Throws to refuse. */
  readonly beforeEvaluate?: () => Promise<void>
  /**
   * Awaited before the answer goes out, to store the share durably in the place of any earlier one of this intent. Throws to
   * refuse: for an intent that is void, open, or whose share has been handed out.
   */
  readonly beforeAnswer: (answer: JointAnswer) => Promise<void>
  /** The clock, in Unix milliseconds; `Date.now` outside tests. */
  readonly now?: () => number
}

export interface JointThresholdClientOptions {
  readonly query: JointQuery
  readonly secrets: Pick<JointSecrets, 'seed'>
  readonly contributions: readonly Pick<JointContribution, 'provider' | 'value'>[]
  /** Of every provider: 16 bytes each. */
  readonly shares: ReadonlyMap<string, Uint8Array>
  /** Made ahead with the association. */
  readonly setup: ReceiverSetup
}

export interface JointThresholdServerOptions {
  readonly query: JointQuery
  readonly setup: (id: Uint8Array) => SenderSetup | Promise<SenderSetup>
  readonly masks: MaskKeys
  readonly members: MemberKeys
  /** Awaited before the answer goes out: the durable entry that this intent was answered. Throws to refuse. */
  readonly beforeAnswer: (answer: Omit<JointAnswer, 'share'>) => Promise<void>
  readonly now?: () => number
}

/**
 * The inquirer's side of a session with one provider: two round trips.
 *
 * @throws ERR_VERIFY_COMMITMENT when input and blind do not open T (nothing is sent), ERR_JOINT_FIRMS, ERR_JOINT_STATEMENT for
 * another table than the frozen one, ERR_VERIFY_DLEQ, ERR_VERIFY_SIGNATURE, ERR_VERIFY_GARBLED, ERR_STATE_CONSUMED for a setup
 * that was burnt, ERR_DECODE_…, ERR_SESSION_PROTOCOL, ERR_PEER_REFUSED and the errors of the session
 */
export async function runJointClient(
  _session: Session,
  _options: JointClientOptions,
): Promise<JointContribution> {
  return fail('ERR_INTERNAL', 'not built yet')
}

/**
 * The provider's side. Neither refuses nor closes: the caller does.
 *
 * @throws ERR_VERIFY_BLINDING before the key is used, ERR_VERIFY_OT_EXTENSION, after which the setup is burnt and has to be
 * deleted where it is stored, ERR_JOINT_FIRMS, ERR_JOINT_STATEMENT, ERR_DECODE_…, ERR_SESSION_PROTOCOL, what the
 * options' functions throw, and the errors of the session
 */
export async function runJointServer(_session: Session, _options: JointServerOptions): Promise<JointAnswer> {
  return fail('ERR_INTERNAL', 'not built yet')
}

/**
 * The inquirer's comparison with the association, of a query of kind `atLeastFen`: one round trip.
 *
 * @throws ERR_JOINT_INCOMPLETE, ERR_VERIFY_JOINT_TOTAL, ERR_VERIFY_GARBLED, ERR_VERIFY_SIGNATURE and as {@link runJointClient}
 */
export async function runJointThresholdClient(
  _session: Session,
  _options: JointThresholdClientOptions,
): Promise<JointComparison> {
  return fail('ERR_INTERNAL', 'not built yet')
}

/** The association's side. @throws as {@link runJointServer} */
export async function runJointThresholdServer(
  _session: Session,
  _options: JointThresholdServerOptions,
): Promise<Omit<JointAnswer, 'share'>> {
  return fail('ERR_INTERNAL', 'not built yet')
}

/** What a comparison leaves with the inquirer. */
export interface JointComparison {
  readonly isAtLeast: boolean
  readonly receipt: JointReceipt
  readonly signed: SignedJointReceipt
  readonly record: JointInquirerRecord
}
