import { wipe } from '@mixun/core/bytes'
import { throwIfEnded } from '@mixun/core/channel'
import { checkConsentUse, chinaDateOf, type RecordClass } from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import { entryCodec } from '@mixun/ledger-adapter/ledger'
import { combineBlind } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import type { Consents } from '../consents/index.ts'
import { type Consortium, isOfOldKey } from '../consortium/consortium.ts'
import { committedTables, requireCosigned } from '../consortium/cosigned.ts'
import type { RequestId } from '../ids.ts'
import type { StoredInquiry } from '../store/inquiries.ts'
import type { CheckOptions, CheckParts } from './check-options.ts'
import { prepareIntent, tablesToAsk } from './intent.ts'
import { requireNoTell } from './repeated-inquiry.ts'
import { type ResumedInquiry, resumeInquiry } from './resume.ts'

/** An intent on record, and what its question is asked with. */
export interface BegunInquiry extends ResumedInquiry {
  /** τ·s. Secret. */
  readonly blind: Uint8Array
  /** What is shown instead of the receipt of an intent on record; null of one that is. */
  readonly reference: Uint8Array | null
}

/** What {@link begin} asks, of whom, and under which name. */
export interface NewInquiry {
  readonly requestId: RequestId
  readonly scope: readonly Uint8Array[]
  /** The subject's encoding. Secret. */
  readonly input: Uint8Array
  readonly consent: ReturnType<Consents['find']>
  readonly classes: readonly RecordClass[]
}

/**
 * The inquiry of this request id where it was cut off; its consent, budget and approval were taken then.
 *
 * @param opening of the consent's commitment
 */
export async function resume(
  { consortium, progress }: CheckParts,
  stored: StoredInquiry | undefined,
  opening: Uint8Array,
): Promise<BegunInquiry | null> {
  if (stored === undefined) return null
  const resumed = await resumeInquiry(consortium, progress, stored.intentId, Date.now())
  if (resumed === null) {
    progress.forget(stored.intentId)
    return null
  }
  const oprf = oprfSuiteOf(consortium.home.identity.suite.id)
  const { factor } = stored.secret
  try {
    return { ...resumed, blind: combineBlind(oprf, factor, opening), reference: null }
  } finally {
    wipe(factor)
  }
}

/** Takes consent, budget and approval, and puts an intent on record. */
export async function begin(
  parts: CheckParts,
  options: CheckOptions,
  { requestId, scope, input, consent, classes }: NewInquiry,
): Promise<BegunInquiry> {
  const { consortium, inquiries, progress } = parts
  const { consentId, purpose } = consent.receipt
  checkConsentUse(consent.receipt, { now: Date.now(), classes, purpose })
  if (consortium.registry.consent(consentId)?.withdrawnIndex != null) {
    fail('ERR_CONSENT_WITHDRAWN', 'the consent was withdrawn')
  }
  requireNoTell(inquiries, input, Date.now())
  const operator = options.operator ?? null
  parts.approvals.requireApproved({ requestId, scope, purpose, operator })
  for (const use of parts.budgets.spend(chinaDateOf(Date.now()), operator, purpose)) {
    if (use.isAlarm) options.onBudgetAlarm?.(use)
  }
  return onceMoreIfStale(consortium, async () => {
    const tables = tablesToAsk(consortium, classes)
    await requireCosigned(consortium, committedTables(consortium.registry, tables), options.signal)
    const { opening } = consent.reveal()
    const prepared = prepareIntent(consortium, consent.receipt, opening, classes, tables)
    const { payload: intent, basis, factor, blind } = prepared
    const entry = consortium.makeEntry('intent', intent, { basis })
    throwIfEnded(options.signal) // the last moment at which an abort costs nothing
    const line = { subject: input, operator, askedAt: Date.now() }
    inquiries.start(requestId, scope, intent.intentId, { consentId, factor }, line)
    wipe(factor)
    progress.begin(intent.intentId, entryCodec.encode(entry))
    try {
      const recorded = await consortium.appendEntry(entry)
      return { intent, asked: tables, recorded, outcome: null, blind, reference: null }
    } catch (error) {
      wipe(blind)
      throw error
    }
  })
}

/** A provider may publish between our sync and our intent, or a key change: the refused intent cost nothing and is made anew. */
async function onceMoreIfStale<T>(consortium: Consortium, record: () => Promise<T>): Promise<T> {
  try {
    return await record()
  } catch (error) {
    const isStale =
      isOfOldKey(error) ||
      (error instanceof MixunError && ['ERR_EPOCH_STALE', 'ERR_INTENT_SELECTIVE'].includes(error.code))
    if (!isStale) throw error
    await consortium.sync()
    return record()
  }
}
