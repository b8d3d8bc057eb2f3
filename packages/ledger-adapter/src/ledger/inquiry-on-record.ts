import type { ConsentPurpose } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { RecordedJointIntent } from '../policy/joint-queries.ts'
import type { RegistryView } from './registry-view.ts'

/** An inquiry on record, of single firms' answers or a joint query: what beacons draw from, and an opening is held against. */
export interface InquiryOnRecord {
  readonly inquirer: string
  readonly purpose: ConsentPurpose
  /** T = τ·T₀ */
  readonly element: Uint8Array
  /** Null where it is sealed to others. */
  readonly consentId: Uint8Array | null
  /** Of the intent's entry. */
  readonly index: number
}

/** The inquiry of either kind under an intent's id; undefined where there is none that this party reads. */
export function inquiryOnRecord(
  registry: Pick<RegistryView, 'intent' | 'policy'>,
  intentId: Uint8Array,
): InquiryOnRecord | undefined {
  const single = registry.intent(intentId)
  const joint = registry.policy.joint.intent(intentId)
  const found = single ?? joint
  if (found === undefined) return undefined
  const { inquirer, purpose, element } = found.intent
  const consentId = single === undefined ? (joint?.consentId ?? null) : (single.basis?.consentId ?? null)
  return { inquirer, purpose, element, consentId, index: found.index }
}

/** Whether an intent of this entry may still be drawn, or was and has no result. */
export function mayBeAudited(
  { anchor, policy: { audits } }: Pick<RegistryView, 'anchor' | 'policy'>,
  intentId: Uint8Array,
  index: number,
): boolean {
  if (index >= audits.sampledTo) return true
  return audits.drawn(anchor.suite, intentId, index) !== undefined && audits.result(intentId) === undefined
}

/** Providers of a drawn joint query that open their side as well: two, so that what they share can be compared. */
const OPENED_SIDES = 2

/**
 * What an auditor may ask of the parties of a joint query: it was opened, a beacon drew it, and it has no result.
 *
 * @returns the query, and the providers that its beacon drew to open their side of it
 * @throws ERR_AUDIT_NOT_DUE
 */
export function dueSides(
  registry: Pick<RegistryView, 'anchor' | 'policy'>,
  intentId: Uint8Array,
): { readonly recorded: RecordedJointIntent; readonly sides: readonly string[] } {
  const { anchor, policy } = registry
  const recorded = policy.joint.intent(intentId)
  const providers = recorded?.intent.tables.map(({ provider }) => provider) ?? []
  const about = { intentId, index: recorded?.index ?? 0 }
  const sides = policy.audits.drawnParties(anchor.suite, about, providers, OPENED_SIDES)
  const isDue =
    recorded?.state === 'opened' && sides.length > 0 && policy.audits.result(intentId) === undefined
  return isDue
    ? { recorded, sides }
    : fail('ERR_AUDIT_NOT_DUE', 'expected an opened joint query that was drawn and has no result')
}
