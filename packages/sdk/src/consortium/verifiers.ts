import { compareBytes, concat, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import type {
  JointIntentPayload,
  JointReceiptContext,
  JointTablePayload,
  LedgerVerifiers,
  ReceiptContext,
  RecordedVersion,
  Registry,
  TablePayload,
} from '@mixun/ledger-adapter/ledger'
import {
  type JointTableCommitment,
  jointTableCommitmentCodec,
  verifyJointTableCommitment,
} from '@mixun/ot/joint-table'
import { type JointStatement, statementHash, verifyJointReceipt } from '@mixun/ot/joint-query'
import { verifyRerandomized } from '@mixun/ot/consent-blinding'
import { verifyEvaluationReceipt, verifyRefusalReceipt } from '@mixun/ot/keyword-ot'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import {
  checkSuite,
  decodeTableCommitment,
  type TableCommitment,
  type TableStatement,
  verifyTableCommitment,
} from '@mixun/ot/sealed-table'

/** What the proof of `T = τ·T₀` is bound to, besides the elements. */
export function intentContext(intentId: Uint8Array, consentId: Uint8Array, inquirer: string): Uint8Array {
  return concat(utf8('mixun-intent-1\0'), intentId, consentId, utf8(inquirer))
}

/** The cryptographic checks of ledger entries, repeated by every member that mirrors the ledger. */
export function ledgerVerifiers(suite: Suite): LedgerVerifiers {
  return {
    verifyTable(table) {
      const commitment = commitmentOf(table)
      checkSuite(commitment, suite)
      checkOprf(commitment, suite)
      verifyTableCommitment(commitment)
    },
    verifyJointTable(table) {
      const commitment = jointCommitmentOf(table)
      if (commitment.suite !== suite.id) {
        fail('ERR_PARAMETER_UNKNOWN', `expected a joint table of suite ${suite.id}`)
      }
      verifyJointTableCommitment(commitment)
    },
    verifyJointReceipt: context => checkJointReceipt(suite, context),
    verifyIntent({ intentId, inquirer, element }, { consentId, rerandomizationProof }, { commitment }) {
      const context = intentContext(intentId, consentId, inquirer)
      verifyRerandomized(oprfSuiteOf(suite.id), context, commitment, element, rerandomizationProof)
    },
    verifyEvaluationReceipt: context => checkEvaluationReceipt(suite, context),
    verifyRefusalReceipt: context => checkRefusalReceipt(suite, context),
  }
}

/** Intents carry elements of the consortium's group: under any other a table could be committed, never asked. */
function checkOprf({ oprf }: TableCommitment, suite: Suite): void {
  const { id } = oprfSuiteOf(suite.id)
  if (oprf !== id) fail('ERR_PARAMETER_UNKNOWN', `expected a table of ${id}, found ${oprf}`)
}

/** The commitment inside a joint table entry. @throws ERR_DECODE_… and ERR_VERIFY_ROOT when the cleartext fields differ */
export function jointCommitmentOf(table: JointTablePayload): JointTableCommitment {
  const commitment = jointTableCommitmentCodec.decode(table.commitment)
  const same =
    commitment.provider === table.provider &&
    commitment.dataset === table.dataset &&
    commitment.version === table.version &&
    commitment.oprf === table.oprf &&
    commitment.parameters === table.parameters &&
    compareBytes(commitment.publicKey, table.publicKey) === 0
  if (!same) fail('ERR_VERIFY_ROOT', 'expected a joint table entry that says what its commitment says')
  return commitment
}

/** What was committed of an earlier version of a table. */
export function commitmentAt(table: TablePayload, at: RecordedVersion): TableStatement {
  const { keyProof: _, ...commitment } = commitmentOf(table)
  return { ...commitment, version: at.version, rowCount: at.rowCount, root: at.root }
}

/**
 * What was committed of the version that somebody holds of this table.
 *
 * @throws ERR_VERIFY_ROOT unless it is a version on the ledger, up to the commitment's
 */
export function recordedVersion(
  registry: Registry,
  commitment: TableCommitment,
  version: number,
): TableStatement {
  const { provider, class: className, epoch } = commitment
  const payload = registry.table(provider, className, epoch)
  const recorded = registry.tableVersion(provider, className, epoch, version)
  if (payload === undefined || recorded === undefined || version > commitment.version) {
    return fail('ERR_VERIFY_ROOT', `expected a table of at most version ${commitment.version}`)
  }
  return commitmentAt(payload, recorded)
}

/** The commitment inside a table entry. @throws ERR_DECODE_… and ERR_VERIFY_ROOT when the cleartext fields differ */
export function commitmentOf(table: TablePayload): TableCommitment {
  const commitment = decodeTableCommitment(table.commitment)
  const same =
    commitment.provider === table.provider &&
    commitment.class === table.class &&
    commitment.epoch === table.epoch &&
    commitment.version === table.version &&
    commitment.baseRowCount === table.baseRowCount &&
    commitment.rowCount === table.rowCount &&
    commitment.oprf === table.oprf &&
    commitment.parameters === table.parameters &&
    compareBytes(commitment.root, table.root) === 0 &&
    compareBytes(commitment.publicKey, table.publicKey) === 0 &&
    compareBytes(commitment.keyProof, table.keyProof) === 0
  if (!same) fail('ERR_VERIFY_ROOT', 'expected a table entry that says what its commitment says')
  return commitment
}

/** What the protocol calls a joint query that the ledger has. */
export function jointStatementOf(intent: JointIntentPayload, association: string): JointStatement {
  const { intentId, inquirer, element, dataset, output: kind } = intent
  const { threshold, noiseScale, tables, seedCommitment } = intent
  const isComparison = kind === 'atLeastFen'
  return {
    intentId,
    inquirer,
    element,
    dataset,
    output: isComparison ? { kind, threshold: BigInt(threshold ?? 0) } : { kind },
    association: isComparison ? association : null,
    tables,
    noise: noiseScale === null ? null : { scale: noiseScale },
    seedCommitment,
  }
}

function checkJointReceipt(suite: Suite, context: JointReceiptContext): void {
  const { intent, table, association, providerKey, statement, signature } = context
  const receipt = verifyJointReceipt(suite, providerKey, { receipt: statement, signature })
  const expected = statementHash(suite, jointStatementOf(intent, association))
  const fits =
    receipt.party === table.provider &&
    receipt.inquirer === intent.inquirer &&
    receipt.table === table.version &&
    compareBytes(receipt.intentId, intent.intentId) === 0 &&
    compareBytes(receipt.statement, expected) === 0
  if (!fits) fail('ERR_VERIFY_SIGNATURE', 'expected the receipt of this provider for this joint query')
}

function checkEvaluationReceipt(suite: Suite, context: ReceiptContext): void {
  const { intent, result, table, providerKey } = context
  const receipt = verifyEvaluationReceipt(suite, providerKey, context.receipt, context.receiptSignature)
  const fits =
    compareBytes(receipt.intentId, intent.intentId) === 0 &&
    receipt.provider === result.provider &&
    receipt.class === result.class &&
    receipt.epoch === table.epoch &&
    receipt.inquirer === intent.inquirer
  if (!fits) fail('ERR_VERIFY_SIGNATURE', 'expected an evaluation receipt of this provider for this intent')
}

/** Also used by the inquirer, before it puts a refusal in its outcome. @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_… */
export function checkRefusalReceipt(
  suite: Suite,
  context: Omit<ReceiptContext, 'table' | 'intent' | 'result'> & {
    readonly intent: Pick<ReceiptContext['intent'], 'intentId' | 'inquirer'>
    readonly result: Pick<ReceiptContext['result'], 'provider' | 'class' | 'code'>
    readonly table: Pick<TablePayload, 'epoch'>
  },
): void {
  const { ledger, intent, result, table, providerKey } = context
  const refusal = verifyRefusalReceipt(suite, providerKey, context)
  const fits =
    compareBytes(refusal.ledger, ledger) === 0 &&
    compareBytes(refusal.intentId, intent.intentId) === 0 &&
    refusal.provider === result.provider &&
    refusal.class === result.class &&
    refusal.epoch === table.epoch &&
    refusal.inquirer === intent.inquirer &&
    refusal.code === result.code
  if (!fits) fail('ERR_VERIFY_SIGNATURE', 'expected a refusal of this provider for this intent and table')
}
