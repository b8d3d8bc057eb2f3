import { fail, MixunError } from '@mixun/core/errors'
import type { Hello } from '@mixun/core/session'
import { type AppendReceipt, appendReceiptCodec, verifyAppendReceipt } from '@mixun/ledger-adapter/ledger'
import type { RecordedJointIntent } from '@mixun/ledger-adapter/policy'
import { isBeforeReset } from './question.ts'
import type { LedgerView } from './view.ts'

/** The receipt of the ledger that a hello shows. @throws ERR_RECEIPT_MISSING, ERR_RECEIPT_FOREIGN */
export function readAppendReceipt(hello: Hello, view: Pick<LedgerView, 'anchor'>): AppendReceipt {
  if (hello.consentReference === null) {
    return fail('ERR_RECEIPT_MISSING', 'expected the receipt of a recorded entry in the hello')
  }
  try {
    const receipt = appendReceiptCodec.decode(hello.consentReference)
    verifyAppendReceipt(view.anchor, receipt)
    return receipt
  } catch (cause) {
    if (!(cause instanceof MixunError)) throw cause
    return fail('ERR_RECEIPT_FOREIGN', 'expected a receipt signed by the sequencer', { cause })
  }
}

/**
 * The joint query of a hello, as the own copy of the ledger has it: its rules were checked there.
 *
 * @throws ERR_RECEIPT_MISSING, ERR_RECEIPT_FOREIGN when it is of another inquirer, or is not on this copy
 */
export async function recordedQuery(hello: Hello, view: LedgerView): Promise<RecordedJointIntent> {
  const { entryId } = readAppendReceipt(hello, view)
  if (view.registry.policy.joint.intent(entryId) === undefined) await view.refresh()
  return knownQuery(hello, view)
}

/** {@link recordedQuery} by the own copy as it is. @throws ERR_RECEIPT_… */
export function knownQuery(hello: Hello, view: LedgerView): RecordedJointIntent {
  const { entryId } = readAppendReceipt(hello, view)
  const recorded = view.registry.policy.joint.intent(entryId)
  if (recorded?.intent.inquirer !== hello.sender) {
    return fail('ERR_RECEIPT_FOREIGN', 'expected a joint query of the sender on this copy of the ledger')
  }
  return recorded
}

/**
 * The query that a provider may answer: it asks this party for this version, is open, and its consent stands.
 *
 * @throws ERR_RECEIPT_…, ERR_TABLE_UNAVAILABLE, ERR_CONSENT_WITHDRAWN, ERR_JOINT_ENDED
 */
export async function admitJointQuestion(
  hello: Hello,
  self: string,
  view: LedgerView,
  now: number,
): Promise<RecordedJointIntent> {
  const recorded = await recordedQuery(hello, view)
  requireAsked(hello, self, recorded)
  const { intent, index } = recorded
  if (isBeforeReset(view.registry, self, { intentId: intent.intentId, index })) {
    fail('ERR_PARTY_LOG', 'the joint query is of before the party log began anew: it may have been answered')
  }
  const endedAt = view.registry.intentEndedAt(intent.intentId)
  if (endedAt !== undefined) fail('ERR_CONSENT_WITHDRAWN', `the consent was withdrawn by entry ${endedAt}`)
  if (recorded.state !== 'open') fail('ERR_JOINT_ENDED', `the joint query is ${recorded.state}`)
  if (now > intent.expiresAt) fail('ERR_JOINT_ENDED', 'the joint query has expired')
  return recorded
}

/** @throws ERR_RECEIPT_FOREIGN */
export function requireAsked({ dataset }: Hello, self: string, { intent }: RecordedJointIntent): void {
  const asked = intent.tables.find(({ provider }) => provider === self)
  if (asked === undefined || dataset?.provider !== self || dataset.epoch !== asked.version) {
    fail('ERR_RECEIPT_FOREIGN', 'the joint query does not ask this provider for this table')
  }
}
