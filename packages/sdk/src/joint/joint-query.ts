import { fromHex, toHex, utf8 } from '@mixun/core/bytes'
import { throwIfEnded } from '@mixun/core/channel'
import { checkConsentUse, chinaDateOf, type Subject } from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import {
  type AppendReceipt,
  appendReceiptCodec,
  entryCodec,
  type JointIntentPayload,
  type JointOutcomePayload,
  type JointTablePayload,
} from '@mixun/ledger-adapter/ledger'
import { combineBlind } from '@mixun/ot/consent-blinding'
import {
  JOINT_THRESHOLD_PROTOCOL,
  type JointContribution,
  jointInquirerRecordCodec,
  jointReceiptCodec,
  jointQueryParametersOf,
  openJointTotal,
  runJointThresholdClient,
} from '@mixun/ot/joint-query'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import type { CheckParts } from '../check/check-options.ts'
import type { Consents, RegisteredConsent } from '../consents/index.ts'
import { jointStatementOf } from '../consortium/verifiers.ts'
import { type ConsentId, parseRequestId, type RequestId } from '../ids.ts'
import type { JointContributionRecord, JointQueryStore, StoredJointQuery } from '../store/joint-queries.ts'
import type { JointSetups } from '../store/joint-setups.ts'
import { askJoint, ending, inSession, type JointQuestion, type MissingFirm, setupWith } from './ask-joint.ts'
import { JointAnswer, jointAnswerFromJson, type JointOf } from './joint-answer.ts'
import { outputOf, prepareJointIntent } from './joint-intent.ts'
import { JOINT_CLASS, type JointTableStore } from './joint-tables.ts'
import {
  JOINT_FRAME_PARAMETERS,
  JOINT_MISSING_PROTOCOL,
  JOINT_SHARE_PROTOCOL,
  jointShareCodec,
  signedJointStatementCodec,
} from './protocols.ts'

/** How long a request waits for another process of the home that works on it, besides an answer's time, in milliseconds. */
const PATIENCE_MS = 10_000
/** The data set of overdue amounts, which joint queries total up by default. */
export const OVERDUE_DATASET = 'overdue-fen'

/** What a joint query is asked under. */
export interface JointQueryOptions {
  /** What to open: the sum of overdue amounts in fen, the number of firms with an entry, or whether the sum reaches a limit. */
  readonly of: JointOf
  /** A consent of this subject that covers the data set. */
  readonly consent: ConsentId
  /** The caller's name of this query: asking again under it goes on, or returns the stored answer. */
  readonly requestId: string
  /** `overdue-fen` by default. */
  readonly dataset?: string
  /** Scale of discrete Laplace noise on what is opened, in its unit; without it none is added. */
  readonly noiseScale?: number
  /** Voids a query for which firms are missing, with their refusal or the association's word, and asks it of the others. */
  readonly withoutMissing?: boolean
  /** Who asks; dual control and the firm's own budgets go by it. */
  readonly operator?: string
  readonly signal?: AbortSignal
}

/** What a joint query works with: the parts of an open home. */
export interface JointParts extends Pick<CheckParts, 'consortium' | 'claims' | 'budgets' | 'approvals'> {
  readonly consents: Consents
  readonly jointTables: JointTableStore
  readonly jointQueries: JointQueryStore
  readonly jointSetups: JointSetups
}

/** A query on record, with what its sessions are asked with. */
interface BegunQuery {
  readonly stored: StoredJointQuery
  readonly intent: JointIntentPayload
  readonly receipt: AppendReceipt
  readonly question: JointQuestion
}

/** Everything that one call goes by. */
interface Call {
  readonly parts: JointParts
  readonly options: JointQueryOptions
  readonly requestId: RequestId
  readonly scope: readonly Uint8Array[]
  readonly input: Uint8Array
  readonly consent: RegisteredConsent
  readonly dataset: string
}

/**
 * Asks all firms with the data set at once and opens one number over them: intent → a random number from each → all ready, on
 * record → the shares that sum to the total. While a firm is missing nothing opens.
 *
 * @throws ERR_JOINT_MISSING with details.missing, ERR_JOINT_FIRMS, ERR_JOINT_OPENED, ERR_JOINT_EARLY and ERR_JOINT_PRESENT when a
 * missing firm cannot be left out yet, ERR_VERIFY_JOINT_TOTAL, ERR_REQUEST_…, ERR_CONSENT_…, ERR_BUDGET_EXCEEDED,
 * ERR_APPROVAL_PENDING, ERR_POINTS_INSUFFICIENT, ERR_LEDGER_…, ERR_CHANNEL_…
 */
export async function jointQuery(
  parts: JointParts,
  subject: Subject,
  options: JointQueryOptions,
): Promise<JointAnswer> {
  const requestId = parseRequestId(options.requestId, subject)
  throwIfEnded(options.signal)
  const { answerTimeoutMs } = parts.consortium.home.config.limits
  const claim = { patienceMs: PATIENCE_MS + answerTimeoutMs, signal: options.signal }
  return parts.claims.hold(`joint/${requestId}`, claim, async () => {
    const consent = parts.consents.find(options.consent)
    const { idType, idNumber } = consent.reveal()
    const dataset = options.dataset ?? OVERDUE_DATASET
    const { output, threshold } = outputOf(options.of)
    const input = subject.encode()
    const about = [dataset, output, threshold, options.noiseScale ?? null].join()
    const scope = [input, fromHex(options.consent), utf8(about)]
    const call = { parts, options, requestId, scope, input, consent, dataset }
    const before = parts.jointQueries.find(requestId, scope)
    if (before?.answer != null) return jointAnswerFromJson(before.answer)
    if (idType !== subject.idType || idNumber !== subject.reveal()) {
      fail('ERR_CONSENT_SUBJECT', 'the consent was given by another subject')
    }
    await parts.consortium.sync()
    return answer(call, (await resume(call, before)) ?? (await begin(call, replacedBy(call, before))))
  })
}

/** A void query is asked again in its own place. */
function replacedBy({ parts }: Call, before: StoredJointQuery | undefined): Uint8Array | null {
  if (before === undefined) return null
  const { joint } = parts.consortium.registry.policy
  const isVoid = joint.intent(before.intentId)?.state === 'void'
  return isVoid && !joint.isReplaced(before.intentId) ? before.intentId : null
}

async function answer(call: Call, query: BegunQuery): Promise<JointAnswer> {
  const { parts, options } = call
  const { intent } = query
  const contributions = await contributionsOf(call, query)
  const missing = contributions.filter(each => 'code' in each)
  if (missing.length > 0) {
    throwIfEnded(options.signal)
    if (options.withoutMissing !== true) refuseMissing(query, missing)
    await voidFor(call, query, missing[0] as MissingFirm)
    await parts.consortium.sync()
    return answer(call, await begin(call, intent.intentId))
  }
  const held = contributions as JointContribution[]
  const opened = await conclude(call, query, {
    intentId: intent.intentId,
    providers: intent.tables.map(({ provider }) => provider),
    ready: held.map(({ provider, signed }) => ({
      provider,
      statement: signed.receipt,
      signature: signed.signature,
    })),
    missing: null,
  })
  const shares = await sharesOf(call, query, opened)
  const result = await open(call, query, held, shares)
  parts.jointQueries.answered(intent.intentId, JSON.stringify(result.toClear()))
  return result
}

/** Goes on with a query that was cut off, while it is good; null when another has to be asked. */
async function resume(call: Call, before: StoredJointQuery | undefined): Promise<BegunQuery | null> {
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
async function begin(call: Call, replaces: Uint8Array | null): Promise<BegunQuery> {
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
  const query = { statement, element: intent.element, minimumFirms: registry.policy.joint.rules.minFirms }
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
function tablesOf({ parts, options }: Call, { dataset, tables }: JointIntentPayload) {
  const { registry } = parts.consortium
  return Promise.all(
    tables.map(({ provider }) => {
      const table = registry.policy.joint.table(provider, dataset) as JointTablePayload
      return parts.jointTables.get(table, parts.consortium, options.signal)
    }),
  )
}

/** All firms at once that have not given their number before a cut. */
async function contributionsOf(call: Call, query: BegunQuery): Promise<(JointContribution | MissingFirm)[]> {
  const { parts, options } = call
  const { consortium, jointQueries, jointSetups } = parts
  const { intentId, tables } = query.intent
  const kept = jointQueries.contributions(intentId)
  const copies = kept.size === tables.length ? [] : await tablesOf(call, query.intent)
  return Promise.all(
    tables.map(async ({ provider }) => {
      const before = kept.get(provider)
      if (before !== undefined) return contributionFrom(provider, before)
      const copy = copies.find(({ commitment }) => commitment.provider === provider)
      const asked = await askJoint(consortium, jointSetups, query.question, copy as never, options.signal)
      if (!('code' in asked)) jointQueries.contribute(intentId, provider, keptOf(asked))
      return asked
    }),
  )
}

/** One outcome an intent: the entry is kept before it leaves, and the same is sent again after a cut. */
async function conclude(
  { parts }: Call,
  { stored }: BegunQuery,
  payload: JointOutcomePayload,
): Promise<AppendReceipt> {
  const { consortium, jointQueries } = parts
  const kept = jointQueries.get(stored.intentId).outcome
  const append = async (bytes: Uint8Array | null) => {
    const entry = bytes === null ? consortium.makeEntry('joint-outcome', payload) : entryCodec.decode(bytes)
    if (bytes === null) jointQueries.concluded(stored.intentId, entryCodec.encode(entry))
    return (await consortium.appendEntry(entry)).receipt
  }
  try {
    return await append(kept)
  } catch (error) {
    // A reader that came since, or an outcome that was never taken.
    const isOld = kept !== null && error instanceof MixunError && !error.code.startsWith('ERR_CHANNEL_')
    const isForNewReader = error instanceof MixunError && error.code === 'ERR_LEDGER_ENVELOPE'
    if (!isOld && !isForNewReader) throw error
    await consortium.sync()
    return append(null)
  }
}

/** Ends a query for a firm that is missing: by its own signed word, or by the association's. */
async function voidFor(call: Call, query: BegunQuery, firm: MissingFirm): Promise<void> {
  const { consortium } = call.parts
  const { intentId, tables } = query.intent
  const by = firm.refusal === null ? ('association' as const) : ('provider' as const)
  const signed = firm.refusal ?? (await statementOfAbsence(call, query, firm.provider))
  const missing = { provider: firm.provider, by, ...signed }
  const providers = tables.map(({ provider }) => provider)
  await conclude(call, query, { intentId, providers, ready: [], missing })
  await consortium.sync()
}

/** @throws ERR_JOINT_EARLY, ERR_JOINT_PRESENT, ERR_CHANNEL_… */
async function statementOfAbsence({ parts, options }: Call, { receipt }: BegunQuery, provider: string) {
  const { consortium } = parts
  const association = consortium.anchor.association.partyId
  const request = {
    protocol: JOINT_MISSING_PROTOCOL,
    parameters: JOINT_FRAME_PARAMETERS,
    consentReference: appendReceiptCodec.encode(receipt),
    signal: ending(options.signal, MISSING_TIMEOUT_MS),
  }
  try {
    return await inSession(consortium, association, request, async session => {
      await session.send(utf8(provider))
      return signedJointStatementCodec.decode(await session.receive())
    })
  } catch (error) {
    const peerCode = error instanceof MixunError ? error.details['peerCode'] : undefined
    if (peerCode === 'ERR_JOINT_EARLY' || peerCode === 'ERR_JOINT_PRESENT') {
      fail(peerCode, `the association does not state yet that ${provider} is missing`, {
        details: { missing: provider },
        cause: error,
      })
    }
    throw error
  }
}

/** The shares of all firms; each hands out its own once it sees the query opened. */
async function sharesOf(
  { parts, options }: Call,
  query: BegunQuery,
  opened: AppendReceipt,
): Promise<Map<string, Uint8Array>> {
  const { consortium } = parts
  const { answerTimeoutMs } = consortium.home.config.limits
  const { intentId, tables } = query.intent
  const shares = new Map<string, Uint8Array>()
  const away: MissingFirm[] = []
  await Promise.all(
    tables.map(async ({ provider, version }) => {
      const request = {
        protocol: JOINT_SHARE_PROTOCOL,
        parameters: JOINT_FRAME_PARAMETERS,
        dataset: { provider, class: JOINT_CLASS, epoch: version },
        consentReference: appendReceiptCodec.encode(opened),
        signal: ending(options.signal, answerTimeoutMs),
      }
      try {
        const bytes = await inSession(consortium, provider, request, async session => {
          await session.send(intentId)
          return session.receive()
        })
        shares.set(provider, jointShareCodec.decode(bytes).share)
      } catch (error) {
        if (!(error instanceof MixunError)) throw error
        away.push({ provider, code: error.code, refusal: null })
      }
    }),
  )
  if (away.length > 0) refuseMissing(query, away)
  return shares
}

async function open(
  { parts, options, requestId, dataset }: Call,
  query: BegunQuery,
  held: readonly JointContribution[],
  shares: ReadonlyMap<string, Uint8Array>,
): Promise<JointAnswer> {
  const { consortium, jointSetups } = parts
  const { intent, question, receipt } = query
  const { joint } = consortium.registry.policy
  const without = intent.replaces === null ? [] : [...joint.missingFrom(intent.replaces)].toSorted()
  const json = {
    requestId,
    intentId: toHex(intent.intentId),
    dataset,
    firms: intent.tables.length,
    without,
    of: intent.output,
    thresholdFen: intent.threshold === null ? null : String(intent.threshold),
    noiseScale: intent.noiseScale,
  }
  const { statement } = question.query
  if (intent.output !== 'atLeastFen') {
    const total = openJointTotal(statement, held, shares)
    return new JointAnswer({ ...json, total: total.toString(), isAtLeast: null })
  }
  const association = consortium.anchor.association.partyId
  const setup = await setupWith(consortium, jointSetups, association, options.signal)
  const request = {
    protocol: JOINT_THRESHOLD_PROTOCOL,
    parameters: jointQueryParametersOf(consortium.home.identity.suite.id).id,
    consentReference: appendReceiptCodec.encode(receipt),
    signal: ending(options.signal, consortium.home.config.limits.answerTimeoutMs),
  }
  const compared = await inSession(consortium, association, request, session =>
    runJointThresholdClient(session, { query: question.query, values: held, shares, setup }),
  )
  return new JointAnswer({ ...json, total: null, isAtLeast: compared.isAtLeast })
}

/** How long the association may take to look for a firm itself, in milliseconds. */
const MISSING_TIMEOUT_MS = 20_000

function refuseMissing({ intent }: BegunQuery, missing: readonly MissingFirm[]): never {
  const names = missing.map(({ provider }) => provider)
  return fail(
    'ERR_JOINT_MISSING',
    `expected all ${intent.tables.length} firms, found no answer of ${names.join(', ')}`,
    {
      details: {
        missing: names.join(' '),
        codes: missing.map(({ code }) => code).join(' '),
        intentId: toHex(intent.intentId),
      },
    },
  )
}

function ignoreAbsence(error: unknown): void {
  if (!(error instanceof MixunError)) throw error
}

function keptOf({ value, signed, record }: JointContribution): JointContributionRecord {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true)
  return { value: bytes, ...signed, record: jointInquirerRecordCodec.encode(record) }
}

function contributionFrom(provider: string, kept: JointContributionRecord): JointContribution {
  const { value, receipt, signature, record } = kept
  return {
    provider,
    value: new DataView(value.buffer, value.byteOffset, 8).getBigUint64(0, true),
    receipt: jointReceiptCodec.decode(receipt),
    signed: { receipt, signature },
    record: jointInquirerRecordCodec.decode(record),
  }
}
