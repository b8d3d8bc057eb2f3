import { throwIfEnded } from '@mixun/core/channel'
import { checkConsentUse, chinaDateOf } from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import {
  type AppendReceipt,
  entryCodec,
  type JointIntentPayload,
  type JointTablePayload,
} from '@mixun/ledger-adapter/ledger'
import { combineBlind } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { committedJointTables, requireCosigned } from '../consortium/cosigned.ts'
import { jointStatementOf } from '../consortium/verifiers.ts'
import type { StoredJointQuery } from '../store/joint-queries.ts'
import { setupWith } from './ask-joint.ts'
import type { BegunQuery, Call } from './joint-call.ts'
import { prepareJointIntent } from './joint-intent.ts'

/** Goes on with a query that was cut off, while it is good; null when another has to be asked. */
export async function resume(call: Call, before: StoredJointQuery | undefined): Promise<BegunQuery | null> {
  if (before === undefined) return null
  const { consortium } = call.parts
  const entry = entryCodec.decode(before.secrets.entry)
  const read = consortium.registry.read(entry)
  if (read.kind !== 'joint-intent')
    return fail('ERR_HOME_INVALID', 'joint.db: expected an intent of this member')
  const recorded = consortium.registry.policy.joint.intent(before.intentId)
  const isOver =
    read.payload.expiresAt < Date.now() || consortium.registry.intentEndedAt(before.intentId) !== undefined
  if (recorded?.state === 'void' || (recorded?.state !== 'opened' && isOver)) return null
  try {
    const { receipt } = await consortium.appendEntry(entry)
    return begun(call, before, read.payload, receipt)
  } catch (error) {
    // What the ledger's rules refuse now was never on record.
    if (error instanceof MixunError && recorded === undefined) return null
    throw error
  }
}

/** Takes consent, budget and approval, and freezes the query on the ledger. */
export async function begin(call: Call, replaces: Uint8Array | null): Promise<BegunQuery> {
  const { parts, options, requestId, scope, input, dataset } = call
  const { consortium } = parts
  const { receipt: consent } = call.consent
  const { consentId, purpose } = consent
  checkConsentUse(consent, { now: Date.now(), classes: consent.classes, purpose })
  if (!consent.datasets.includes(dataset)) {
    fail('ERR_CONSENT_SCOPE', `expected a consent that covers data set ${dataset}`)
  }
  const operator = options.operator ?? null
  if (replaces === null) {
    parts.approvals.requireApproved({ requestId, scope, purpose, operator })
    parts.budgets.spend(chinaDateOf(Date.now()), operator, purpose)
  }
  return onceMoreIfStale(call, async () => {
    const about = { consent, dataset, of: options.of, noiseScale: options.noiseScale ?? null, replaces }
    const { payload, basis, factor, seed } = prepareJointIntent(consortium, about)
    const { intentId } = payload
    await requireCosigned(consortium, committedJointTables(consortium.registry, payload), options.signal)
    await tablesOf(call, payload)
    await Promise.all(
      payload.tables.map(({ provider }) =>
        // A firm that is away is missing later, with the rest.
        setupWith(consortium, parts.jointSetups, provider, options.signal).catch(ignoreAbsence),
      ),
    )
    const entry = consortium.makeEntry('joint-intent', payload, { basis, id: intentId })
    throwIfEnded(options.signal) // the last moment at which an abort costs nothing
    const secrets = { input, consentId, factor, seed, entry: entryCodec.encode(entry) }
    parts.jointQueries.begin(requestId, scope, intentId, secrets)
    const { receipt } = await consortium.appendEntry(entry)
    return begun(call, parts.jointQueries.get(intentId), payload, receipt)
  })
}

function begun(
  call: Call,
  stored: StoredJointQuery,
  intent: JointIntentPayload,
  receipt: AppendReceipt,
): BegunQuery {
  const { consortium } = call.parts
  const { registry, home } = consortium
  const { factor, seed } = stored.secrets
  const blind = combineBlind(oprfSuiteOf(home.identity.suite.id), factor, call.consent.reveal().opening)
  const statement = jointStatementOf(intent, consortium.anchor.association.partyId)
  const query = { statement, minimumFirms: registry.policy.joint.rules.minFirms }
  const question = { query, secrets: { input: call.input, blind, seed }, intent, receipt }
  return { stored, intent, receipt, question }
}

/** A provider may publish between our sync and our intent: the refused intent cost nothing and is made anew. */
async function onceMoreIfStale<T>({ parts }: Call, record: () => Promise<T>): Promise<T> {
  try {
    return await record()
  } catch (error) {
    const isStale =
      error instanceof MixunError &&
      ['ERR_JOINT_VERSION', 'ERR_INTENT_SELECTIVE', 'ERR_LEDGER_ENVELOPE'].includes(error.code)
    if (!isStale) throw error
    await parts.consortium.sync()
    return record()
  }
}

/** The frozen tables, as their commitments on the ledger say. */
export function tablesOf({ parts, options }: Call, { tables }: JointIntentPayload) {
  const { registry } = parts.consortium
  return Promise.all(
    tables.map(({ provider, version }) => {
      const table = registry.policy.joint.version(provider, version) as JointTablePayload
      return parts.jointTables.get(table, parts.consortium, options.signal)
    }),
  )
}

function ignoreAbsence(error: unknown): void {
  if (!(error instanceof MixunError)) throw error
}
