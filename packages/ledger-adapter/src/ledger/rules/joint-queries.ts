import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { isLive, jointTableDigest, type RecordedJointIntent, shareTable } from '../../policy/joint-queries.ts'
import { basisDigest, type IntentBasis } from '../intent-basis.ts'
import { verifyJointStatement } from '../joint-receipts.ts'
import { inquiryOnRecord } from '../inquiry-on-record.ts'
import { ledgerId } from '../ledger-id.ts'
import type { EntryOf, JointIntentPayload, JointTablePayload } from '../payloads.ts'
import { MAX_INTENT_LIFETIME_MS } from '../payloads/inquiries.ts'
import type { RegistryView } from '../registry-view.ts'
import { verifyUnderAny } from '../verify-under-any.ts'
import type { LedgerVerifiers } from '../verifiers.ts'

/**
 * A joint query asks every firm that has the data set, at the version of now: with a set of its choice, an inquirer would
 * learn one firm's amount from two totals. A firm is left out only when an earlier query of this consent is void for it.
 */
export function checkJointIntent(
  registry: RegistryView,
  entry: EntryOf<'joint-intent'>,
  verifiers: LedgerVerifiers,
): void {
  const { author, createdAt, payload: intent } = entry
  if (author !== intent.inquirer) {
    fail('ERR_LEDGER_AUTHOR', `expected an entry of ${intent.inquirer}, found one of ${author}`)
  }
  const { intentId } = intent
  // Not even under that of another kind: audits name inquiries by it.
  const isNew = inquiryOnRecord(registry, intentId) === undefined && registry.purchase(intentId) === undefined
  if (compareBytes(entry.id, intentId) !== 0 || !isNew) {
    fail('ERR_LEDGER_INTENT_EXISTS', 'expected a joint query under the id of its entry, once')
  }
  const lifetime = intent.expiresAt - createdAt
  if (lifetime <= 0 || lifetime > MAX_INTENT_LIFETIME_MS) {
    fail('ERR_INTENT_LIFETIME', `expected an intent that lasts at most ${MAX_INTENT_LIFETIME_MS} ms`)
  }
  checkTables(registry, intent)
  checkPrice(registry, intent)
  registry.policy.budgets.checkJoint(intent, createdAt)
  checkReplaced(registry, entry)
  if (entry.basis !== null) checkBasis(registry, entry, entry.basis, verifiers)
}

/** The tables that a query of this data set asks now: the newest of every active firm but the inquirer and `missing`. */
export function jointTablesToAsk(
  registry: Pick<RegistryView, 'member' | 'policy'>,
  { dataset, inquirer }: Pick<JointIntentPayload, 'dataset' | 'inquirer'>,
  missing: ReadonlySet<string>,
): JointTablePayload[] {
  return registry.policy.joint
    .tables(dataset)
    .filter(({ provider }) => provider !== inquirer && !missing.has(provider))
    .filter(({ provider }) => registry.member(provider)?.status === 'active')
}

function checkTables(registry: RegistryView, intent: JointIntentPayload): void {
  const { joint } = registry.policy
  const { tables, replaces } = intent
  const { suite } = registry.anchor
  for (const { provider, version, digest } of tables) {
    const current = joint.table(provider, intent.dataset)
    const isCurrent =
      current?.version === version && compareBytes(jointTableDigest(suite, current), digest) === 0
    if (!isCurrent || provider === intent.inquirer || registry.member(provider)?.status !== 'active') {
      fail(
        'ERR_JOINT_VERSION',
        `${provider}: expected version ${current?.version ?? 'none'}, found ${version}`,
        {
          details: { provider, version, currentVersion: current?.version ?? null },
        },
      )
    }
  }
  const { minFirms } = joint.rules
  if (tables.length < minFirms) {
    fail('ERR_JOINT_FIRMS', `expected at least ${minFirms} firms, found ${tables.length}`, {
      details: { firms: tables.length, minFirms },
    })
  }
  // Who was not asked then does not know who was missing.
  if (replaces !== null && joint.intent(replaces) === undefined) return
  const missing = replaces === null ? new Set<string>() : joint.missingFrom(replaces)
  const expected = jointTablesToAsk(registry, intent, missing)
  if (expected.map(({ provider }) => provider).join() !== tables.map(({ provider }) => provider).join()) {
    fail('ERR_INTENT_SELECTIVE', `expected all ${expected.length} firms with data set ${intent.dataset}`, {
      details: { expected: expected.length, asked: tables.length },
    })
  }
}

function checkPrice(registry: RegistryView, { tables, price }: JointIntentPayload): void {
  const required = registry.policy.joint.rules.pricePerFirm * tables.length
  if (price !== required) {
    fail('ERR_POINTS_PRICE', `expected a price of ${required} points, found ${price}`, {
      details: { required },
    })
  }
}

/** A void query is asked again once, of the same data set, by who asked it. */
function checkReplaced(
  registry: RegistryView,
  { author, payload: intent, basis }: EntryOf<'joint-intent'>,
): void {
  const { replaces } = intent
  if (replaces === null) return
  const { joint } = registry.policy
  const before = joint.intent(replaces)
  if (before === undefined && !registry.isExact(author)) return
  const isOfConsent =
    basis === null || (before?.consentId != null && compareBytes(before.consentId, basis.consentId) === 0)
  const fits =
    before?.state === 'void' &&
    before.intent.inquirer === author &&
    before.intent.dataset === intent.dataset &&
    isOfConsent &&
    !joint.isReplaced(replaces)
  if (!fits) fail('ERR_JOINT_ENDED', 'expected a void joint query of this inquirer, consent and data set')
}

/** The consent that it rests on, for those who may see it. */
function checkBasis(
  registry: RegistryView,
  { author, createdAt, payload: intent }: EntryOf<'joint-intent'>,
  basis: IntentBasis,
  verifiers: LedgerVerifiers,
): void {
  if (compareBytes(basisDigest(registry.anchor.suite, basis), intent.basis) !== 0) {
    fail('ERR_LEDGER_ENVELOPE', 'expected the basis that the intent names')
  }
  const recorded = registry.consent(basis.consentId)
  // One who was not a reader from the beginning need not know the consent.
  if (recorded === undefined && !registry.isExact(author)) return
  if (recorded?.consent.inquirer !== author) {
    return fail('ERR_CONSENT_UNKNOWN', `expected a consent that ${author} registered`)
  }
  const { consent, uses, withdrawnIndex } = recorded
  if (withdrawnIndex !== null) {
    fail('ERR_CONSENT_WITHDRAWN', `the consent was withdrawn by entry ${withdrawnIndex}`)
  }
  if (createdAt < consent.notBefore || intent.expiresAt > consent.notAfter) {
    fail('ERR_CONSENT_EXPIRED', 'expected a joint query within the validity of its consent')
  }
  if (intent.purpose !== consent.purpose || !consent.datasets.includes(intent.dataset)) {
    fail('ERR_CONSENT_SCOPE', 'expected purpose and data set that the consent covers')
  }
  const { joint } = registry.policy
  if (uses + joint.uses(basis.consentId, createdAt) >= consent.maxUses) {
    fail('ERR_CONSENT_EXHAUSTED', `all ${consent.maxUses} uses of the consent are spent`)
  }
  checkOneOpening(joint.under(basis.consentId), intent, createdAt)
  verifiers.verifyIntent(intent, basis, consent)
}

/** Two totals of one consent with a table in common could be subtracted. */
function checkOneOpening(
  before: readonly RecordedJointIntent[],
  intent: JointIntentPayload,
  at: number,
): void {
  if (before.some(each => isLive(each, at) && shareTable(each.intent.tables, intent.tables))) {
    fail('ERR_JOINT_OPENED', 'expected tables that no other joint query of this consent was opened over')
  }
}

/**
 * A joint query ends once. It is opened when every firm has signed that it stands ready, before any of them gives its
 * part; it is void by the word of a firm that has not given its part, or of the association for one that does not answer.
 */
export function checkJointOutcome(
  registry: RegistryView,
  entry: EntryOf<'joint-outcome'>,
  verifiers: LedgerVerifiers,
): void {
  const { author, createdAt, payload } = entry
  const { intentId, missing, ready, providers } = payload
  const recorded = registry.policy.joint.intent(intentId)
  if (recorded === undefined && !registry.isExact(author)) return
  if (recorded === undefined || recorded.intent.inquirer !== author) {
    return fail('ERR_LEDGER_OUTCOME_FOREIGN', `expected the outcome of a joint query of ${author}`)
  }
  if (recorded.state !== 'open') fail('ERR_JOINT_ENDED', `this joint query is ${recorded.state} already`)
  const asked = recorded.intent.tables.map(({ provider }) => provider)
  if (providers.join() !== asked.join()) {
    fail('ERR_LEDGER_OUTCOME_FOREIGN', `expected the ${asked.length} firms that the joint query asks`)
  }
  try {
    if (missing === null) checkReady(registry, recorded, ready, verifiers)
    else checkMissing(registry, recorded, entry)
  } catch (cause) {
    fail('ERR_LEDGER_OUTCOME_RECEIPT', 'expected the signed word of every firm, or of why one is missing', {
      cause,
    })
  }
  if (missing !== null) return
  // Else an inquirer could wait until it knows that it was not drawn, and put in what it likes then.
  if (recorded.index < registry.policy.audits.sampledTo) {
    fail('ERR_JOINT_ENDED', 'expected a joint query that no beacon has drawn from yet')
  }
  if (createdAt > recorded.intent.expiresAt || registry.intentEndedAt(intentId) !== undefined) {
    fail('ERR_JOINT_ENDED', 'expected a joint query that has not expired and whose consent stands')
  }
  checkStillOne(registry, recorded, createdAt)
}

/** Dates may differ from the clock: a query that had expired by the date of the next may still be opened by an earlier one. */
function checkStillOne(registry: RegistryView, recorded: RecordedJointIntent, at: number): void {
  const { consentId, intent } = recorded
  const consent = consentId === null ? undefined : registry.consent(consentId)
  if (consentId === null || consent === undefined) return
  const others = registry.policy.joint.under(consentId).filter(each => each !== recorded)
  checkOneOpening(others, intent, at)
  const { maxUses } = consent.consent
  if (consent.uses + others.filter(each => isLive(each, at)).length >= maxUses) {
    fail('ERR_CONSENT_EXHAUSTED', `all ${maxUses} uses of the consent are spent`)
  }
}

function checkReady(
  registry: RegistryView,
  { intent, index }: RecordedJointIntent,
  ready: EntryOf<'joint-outcome'>['payload']['ready'],
  verifiers: LedgerVerifiers,
): void {
  if (ready.map(({ provider }) => provider).join() !== intent.tables.map(({ provider }) => provider).join()) {
    fail('ERR_INPUT_LENGTH', `expected ${intent.tables.length} ready receipts`)
  }
  const association = registry.anchor.association.partyId
  for (const [i, table] of intent.tables.entries()) {
    const { statement, signature } = ready[i] as (typeof ready)[number]
    const context = { intent, table, association, statement, signature }
    // A provider may have changed its key since the intent, before it answered or after.
    verifyUnderAny(registry.signingKeysSince(table.provider, index), providerKey =>
      verifiers.verifyJointReceipt({ ...context, providerKey }),
    )
  }
}

function checkMissing(
  registry: RegistryView,
  { intent, createdAt, index }: RecordedJointIntent,
  { payload: { missing, ready } }: EntryOf<'joint-outcome'>,
): void {
  if (missing === null || ready.length > 0) return fail('ERR_INPUT_LENGTH', 'expected no ready receipts')
  const { provider, by } = missing
  const { anchor } = registry
  const expected = { ledger: ledgerId(anchor), intentId: intent.intentId, provider }
  if (!intent.tables.some(table => table.provider === provider)) {
    fail('ERR_INPUT_RANGE', 'expected a firm that was asked')
  }
  if (by === 'provider') {
    verifyUnderAny(registry.signingKeysSince(provider, index), key =>
      verifyJointStatement(anchor.suite, key, 'refusal', missing, expected),
    )
    return
  }
  const key = anchor.association.publicKey
  const { statedAt } = verifyJointStatement(anchor.suite, key, 'missing', missing, expected)
  if (statedAt < createdAt + registry.policy.joint.rules.missingAfterSeconds * 1_000) {
    fail('ERR_JOINT_EARLY', 'expected a statement after the time in which firms may answer')
  }
}
