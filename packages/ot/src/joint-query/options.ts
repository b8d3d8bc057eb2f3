import type { JointTableCommitment } from '../joint-table/index.ts'
import type { Okvs } from '../okvs/index.ts'
import type { ReceiverSetup, SenderSetup } from '../ot-extension/index.ts'
import type { JointSecrets } from './client.ts'
import type { MaskKeys, MemberKeys } from './masks.ts'
import type { JointReceipt, SignedJointReceipt } from './receipt.ts'
import type { JointAnswerRecord, JointComparisonAttempt, JointInquirerRecord } from './record.ts'
import type { OwnJointTable } from './server.ts'
import type { JointStatement } from './statement.ts'
import type { JointValue } from './total.ts'

/** What all sessions of one query have in common, on every side. */
export interface JointQuery {
  readonly statement: JointStatement
  /** Fewest firms by the consortium's rules; 10 by default. */
  readonly minimumFirms?: number
}

/** A provider's table as others hold it. */
export interface JointTableCopy {
  /** Verified when the table was downloaded. */
  readonly commitment: JointTableCommitment
  /** Of `openJointTable`. */
  readonly store: Okvs
}

/** What `runJointClient` asks, after the intent is on record. */
export interface JointClientOptions {
  readonly query: JointQuery
  readonly secrets: JointSecrets
  readonly table: JointTableCopy
  /** Made ahead with this provider by `setUpOtReceiver`. */
  readonly setup: ReceiverSetup
  /**
   * Called before a garbled check that its provider signed and that does not hold is thrown: the record shows an auditor who is
   * at fault (`replayInquirer` throws the same). Secret.
   */
  readonly onFailedCheck?: (record: JointInquirerRecord) => void
}

/** What a session leaves with the inquirer: a random number, until all shares are there. */
export interface JointContribution extends JointValue {
  readonly receipt: JointReceipt
  readonly signed: SignedJointReceipt
  readonly record: JointInquirerRecord
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

/** The answer of the association to a comparison: its share is within what it sends. */
export type JointComparisonAnswer = Omit<JointAnswer, 'share'>

/** Finds the setup that was made ahead with this inquirer; undefined where there is none, or none any more. */
export type FindSetup = (id: Uint8Array) => SenderSetup | undefined | Promise<SenderSetup | undefined>

/** What `runJointServer` answers with. */
export interface JointServerOptions {
  readonly query: JointQuery
  readonly table: OwnJointTable
  /** Of this provider as OT sender, by `setUpOtSender`. */
  readonly setup: FindSetup
  readonly masks: MaskKeys
  readonly members: MemberKeys
  /** Awaited after the request's proof holds and before the key is used: the durable log entry. Throws to refuse. */
  readonly beforeEvaluate?: () => Promise<void>
  /**
   * Awaited before the answer goes out, to store the share durably in the place of any earlier one of this intent. Throws to
   * refuse: for an intent that is void or open. At most one share of an intent may ever be handed out, the one of the receipt
   * that opened it: two would give a malicious inquirer this firm's amount.
   */
  readonly beforeAnswer: (answer: JointAnswer) => Promise<void>
  /** The clock, in Unix milliseconds; `Date.now` outside tests. */
  readonly now?: () => number
}

/** What `runJointThresholdClient` compares. */
export interface JointThresholdClientOptions {
  readonly query: JointQuery
  readonly values: readonly JointValue[]
  /** Of every provider, 16 bytes each. */
  readonly shares: ReadonlyMap<string, Uint8Array>
  /** Made ahead with the association. */
  readonly setup: ReceiverSetup
  /**
   * Awaited before the session's message goes out, to keep it durably: the association compares once, and an answer that is lost
   * is read by `readComparison` when it comes again.
   */
  readonly beforeAsk?: (attempt: JointComparisonAttempt) => void | Promise<void>
}

/** What `runJointThresholdServer` compares with. */
export interface JointThresholdServerOptions {
  readonly query: JointQuery
  readonly setup: FindSetup
  readonly masks: MaskKeys
  readonly members: MemberKeys
  /** Awaited before the answer goes out: the durable entry that this intent was compared. Throws to refuse a second time. */
  readonly beforeAnswer: (answer: JointComparisonAnswer) => Promise<void>
  readonly now?: () => number
}

/** What a comparison leaves with the inquirer. */
export interface JointComparison {
  readonly isAtLeast: boolean
  readonly receipt: JointReceipt
  readonly signed: SignedJointReceipt
  readonly record: JointInquirerRecord
}
