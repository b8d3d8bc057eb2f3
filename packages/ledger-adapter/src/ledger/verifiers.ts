import type { IntentBasis } from './intent-basis.ts'
import type {
  ConsentPayload,
  IntentPayload,
  JointIntentPayload,
  JointTablePayload,
  TablePayload,
} from './payloads.ts'
import type { JointTableRef } from './payloads/joint.ts'
import type { OutcomeResult } from './payloads/inquiries.ts'

/** What a receipt of a result has to fit. */
export interface ReceiptContext {
  /** Id of the ledger, 32 bytes. */
  readonly ledger: Uint8Array
  readonly intent: IntentPayload
  readonly result: OutcomeResult
  /** The asked table, as committed. */
  readonly table: TablePayload
  /** The provider's signing key. */
  readonly providerKey: Uint8Array
  /** `result.receipt` and `result.receiptSignature`, neither of them null. */
  readonly receipt: Uint8Array
  readonly receiptSignature: Uint8Array
}

/** What the receipt of a provider whose part of a joint query is ready has to fit. */
export interface JointReceiptContext {
  readonly intent: JointIntentPayload
  readonly table: JointTableRef
  /** Party id of the association, who compares with the limit of an `atLeastFen`. */
  readonly association: string
  /** The provider's signing key. */
  readonly providerKey: Uint8Array
  readonly statement: Uint8Array
  readonly signature: Uint8Array
}

/**
 * Checks that need the protocols, which this package does not import: whoever opens a ledger or a mirror passes them.
 * Each throws when its check fails. They are pure functions of their arguments: members repeat them later and must
 * come to the same result.
 */
export interface LedgerVerifiers {
  /** The cleartext fields are those of the commitment; the key has its proof of possession. */
  readonly verifyTable: (table: TablePayload) => void
  /** The intent's element is a rerandomisation of the consent's commitment. */
  readonly verifyIntent: (
    intent: Pick<IntentPayload, 'intentId' | 'inquirer' | 'element'>,
    basis: IntentBasis,
    consent: ConsentPayload,
  ) => void
  /** The cleartext fields are those of the commitment to a joint table; the key has its proof of possession. */
  readonly verifyJointTable: (table: JointTablePayload) => void
  /** The provider signed that its part of this joint query, of all that the intent freezes, is ready. */
  readonly verifyJointReceipt: (context: JointReceiptContext) => void
  /** The provider signed that it evaluated for this intent and table. */
  readonly verifyEvaluationReceipt: (context: ReceiptContext) => void
  /** The provider signed that it refused this intent and table of this ledger, with the code of the result. */
  readonly verifyRefusalReceipt: (context: ReceiptContext) => void
}
