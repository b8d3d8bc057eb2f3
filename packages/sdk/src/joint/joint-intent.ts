import { fail } from '@mixun/core/errors'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import type { ConsentReceipt } from '@mixun/core/domain'
import {
  basisDigest,
  type IntentBasis,
  type JointIntentPayload,
  type JointOutputKind,
  type JointTablePayload,
  jointTablesToAsk,
} from '@mixun/ledger-adapter/ledger'
import { jointTableDigest } from '@mixun/ledger-adapter/policy'
import { rerandomize } from '@mixun/ot/consent-blinding'
import { commitSeed, SEED_BYTES } from '@mixun/ot/joint-query'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { intentExpiry } from '../check/intent.ts'
import type { Consortium } from '../consortium/consortium.ts'
import { intentContext } from '../consortium/verifiers.ts'
import type { JointOf } from './joint-answer.ts'

/** What a new joint query is about. */
export interface NewJointQuery {
  readonly consent: ConsentReceipt
  readonly dataset: string
  readonly of: JointOf
  /** Scale of the noise, in the unit of what is opened; null without. */
  readonly noiseScale: number | null
  /** The void query that it is asked instead of. */
  readonly replaces: Uint8Array | null
}

/** A new joint intent and the secrets that belong to it. */
export interface PreparedJointIntent {
  readonly payload: JointIntentPayload
  readonly basis: IntentBasis
  readonly tables: readonly JointTablePayload[]
  /** τ; secret. */
  readonly factor: Uint8Array
  /** Of the inquirer's randomness; secret. */
  readonly seed: Uint8Array
}

/** The name of what is opened, and the limit of a comparison. @throws ERR_INPUT_RANGE */
export function outputOf(of: JointOf): {
  readonly output: JointOutputKind
  readonly threshold: number | null
} {
  if (typeof of === 'string') return { output: of, threshold: null }
  const threshold = Number(of.atLeastFen)
  if (!(of.atLeastFen >= 1n && Number.isSafeInteger(threshold))) {
    fail('ERR_INPUT_RANGE', 'atLeastFen: expected 1 to 2^53 − 1 fen')
  }
  return { output: 'atLeastFen', threshold }
}

/**
 * Freezes a joint query: the newest tables of all firms but those that were missing, and a fresh τ and seed.
 *
 * @throws ERR_JOINT_FIRMS for too few firms, ERR_CONSENT_EXPIRED
 */
export function prepareJointIntent(
  { registry, home }: Pick<Consortium, 'registry' | 'home'>,
  { consent, dataset, of, noiseScale, replaces }: NewJointQuery,
  random: RandomSource = systemRandom,
): PreparedJointIntent {
  const { identity } = home
  const { joint } = registry.policy
  const missing = replaces === null ? new Set<string>() : joint.missingFrom(replaces)
  const tables = jointTablesToAsk(registry, { dataset, inquirer: identity.partyId }, missing)
  const { minFirms, pricePerFirm } = joint.rules
  if (tables.length < minFirms) {
    fail(
      'ERR_JOINT_FIRMS',
      `expected at least ${minFirms} firms with data set ${dataset}, found ${tables.length}`,
      {
        details: { firms: tables.length, minFirms },
      },
    )
  }
  const intentId = random.bytes(16)
  const context = intentContext(intentId, consent.consentId, identity.partyId)
  const oprf = oprfSuiteOf(identity.suite.id)
  const { element, factor, proof } = rerandomize(oprf, context, consent.commitment, random)
  const basis = { salt: random.bytes(32), consentId: consent.consentId, rerandomizationProof: proof }
  const seed = random.bytes(SEED_BYTES)
  const payload: JointIntentPayload = {
    intentId,
    basis: basisDigest(identity.suite, basis),
    inquirer: identity.partyId,
    element,
    purpose: consent.purpose,
    dataset,
    ...outputOf(of),
    noiseScale,
    tables: tables.map(table => ({
      provider: table.provider,
      version: table.version,
      digest: jointTableDigest(identity.suite, table),
    })),
    replaces,
    seedCommitment: commitSeed(identity.suite, { party: identity.partyId, role: 'inquirer' }, seed),
    expiresAt: intentExpiry(Date.now(), consent.notAfter),
    price: pricePerFirm * tables.length,
  }
  return { payload, basis, tables, factor, seed }
}
