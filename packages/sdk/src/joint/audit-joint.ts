import { compareBytes, fromHex, toHex } from '@mixun/core/bytes'
import { Redacted } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { type Registry, verifyUnderAny } from '@mixun/ledger-adapter/ledger'
import { combineBlind } from '@mixun/ot/consent-blinding'
import { jointInquirerRecordCodec, replayInquirer } from '@mixun/ot/joint-query'
import { openJointTable } from '@mixun/ot/joint-table'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { z } from 'zod'
import type { Consents } from '../consents/index.ts'
import { jointCommitmentOf, jointStatementOf } from '../consortium/verifiers.ts'
import type { ConsentId, IntentId } from '../ids.ts'
import type { JointQueryStore } from '../store/joint-queries.ts'

const hex = z.string().regex(/^([0-9a-f]{2})+$/)

const schema = z.strictObject({
  intentId: z.string().regex(/^[0-9a-f]{32}$/),
  /** The subject's encoding. */
  input: hex,
  /** τ·s */
  blind: hex,
  /** The seed that the intent commits to. */
  seed: hex,
  /** What each provider's session left. */
  sessions: z.array(z.strictObject({ provider: z.string(), receipt: hex, signature: hex, record: hex })),
})

/** An opened joint query as JSON data; it names the subject. */
export type JointOpeningJson = z.infer<typeof schema>

/** A joint query opened to an auditor. It prints redacted. */
export class JointOpening extends Redacted {
  readonly #json: JointOpeningJson

  constructor(json: JointOpeningJson) {
    super('joint opening')
    this.#json = json
  }

  /** Names the subject, and lets the holder run the query again. */
  reveal(): JointOpeningJson {
    return this.#json
  }
}

/** Opens a joint query of this home by its intent. @throws ERR_INPUT_RANGE, ERR_CONSENT_UNKNOWN */
export function openJointQuery(
  suite: 'intl' | 'sm',
  consents: Consents,
  queries: JointQueryStore,
  intentId: IntentId,
): JointOpening {
  const { secrets, intentId: id } = queries.get(fromHex(intentId))
  const { input, consentId, factor, seed } = secrets
  const { opening } = consents.find(toHex(consentId) as ConsentId).reveal()
  const sessions = [...queries.contributions(id)].map(([provider, kept]) => ({
    provider,
    receipt: toHex(kept.receipt),
    signature: toHex(kept.signature),
    record: toHex(kept.record),
  }))
  const blind = combineBlind(oprfSuiteOf(suite), factor, opening)
  const json = { intentId, input: toHex(input), blind: toHex(blind), seed: toHex(seed) }
  return new JointOpening({
    ...json,
    sessions: sessions.toSorted((a, b) => (a.provider < b.provider ? -1 : 1)),
  })
}

/** What the audit of a joint query found to be right. */
export interface AuditedJointQuery {
  readonly intentId: IntentId
  readonly inquirer: string
  readonly dataset: string
  /** Sessions that were run again. */
  readonly firms: number
}

/**
 * Runs every session of an opened query again: the inquirer sent to each firm what an honest one sends about this subject, and
 * nothing else, so that no firm was singled out.
 *
 * @param registry of a party that reads the query, such as the association
 * @param tableOf the encoded joint table of a provider and version; checked against its commitment
 * @throws ERR_VERIFY_REPLAY for a session that differs, ERR_VERIFY_COMMITMENT for another subject or seed, ERR_JOINT_STATEMENT,
 * ERR_JOINT_ENDED for a query that was not opened, ERR_DECODE_SCHEMA, ERR_VERIFY_ROOT
 */
export function auditJointQuery(
  opening: unknown,
  registry: Registry,
  tableOf: (provider: string, version: number) => Uint8Array,
): AuditedJointQuery {
  const parsed = schema.safeParse(opening)
  if (!parsed.success) return fail('ERR_DECODE_SCHEMA', 'expected an opened joint query')
  const { data } = parsed
  const { anchor, policy } = registry
  const recorded = policy.joint.intent(fromHex(data.intentId))
  if (recorded?.state !== 'opened') {
    return fail(
      'ERR_JOINT_ENDED',
      `expected a joint query that was opened, found it ${recorded?.state ?? 'unknown'}`,
    )
  }
  const { intent, index, ready } = recorded
  const { suite } = anchor
  const statement = jointStatementOf(intent, anchor.association.partyId)
  const query = { statement, minimumFirms: intent.tables.length }
  const secrets = { input: fromHex(data.input), blind: fromHex(data.blind), seed: fromHex(data.seed) }
  for (const { provider, version } of intent.tables) {
    const session = data.sessions.find(each => each.provider === provider)
    const payload = policy.joint.version(provider, version)
    const receipt = ready.get(provider)
    const isComplete = session !== undefined && payload !== undefined && receipt !== undefined
    if (!isComplete || compareBytes(receipt, fromHex(session.receipt)) !== 0) {
      return fail('ERR_VERIFY_REPLAY', `expected the session with ${provider} that opened the query`)
    }
    const commitment = jointCommitmentOf(payload)
    const store = openJointTable(suite, commitment, tableOf(provider, version))
    const signed = { receipt, signature: fromHex(session.signature) }
    const record = jointInquirerRecordCodec.decode(fromHex(session.record))
    // A provider may have changed its key since.
    verifyUnderAny(registry.signingKeysSince(provider, index), partyKey =>
      replayInquirer({ suite, query, commitment, partyKey, signed }, store, secrets, record),
    )
  }
  const { inquirer, dataset, tables } = intent
  return { intentId: data.intentId as IntentId, inquirer, dataset, firms: tables.length }
}
