import { binary, partyId, recordCodec, text, uint, unixMs } from '@mixun/core/codec'
import { CONSENT_PURPOSES, type ConsentPurpose } from '@mixun/core/domain'
import { z } from 'zod'
import { datasetName, elementBytes, isStrictlyAscending } from './fields.ts'
import { MAX_ASKED_PROVIDERS } from './inquiries.ts'

/** Fewest firms of any joint query: with two, each would know the other's part of the total. */
export const MIN_JOINT_FIRMS = 3

/** Number of a joint table, counted by its provider over all its data sets. */
const version = uint(0xffff_ffff).min(1)

/** When joint queries are answered, and what they cost. Each entry states all anew. */
export const jointRulesCodec = recordCodec(
  'joint-rules entry',
  z.strictObject({
    /** Version 1 is built in. */
    version: uint(0xffff_ffff).min(2),
    /** Fewest firms that a total is opened over. */
    minFirms: uint(MAX_ASKED_PROVIDERS).min(MIN_JOINT_FIRMS),
    /** From an intent until the association may state that a firm does not answer it. */
    missingAfterSeconds: uint(86_400),
    /** Points a firm that is asked. */
    pricePerFirm: uint(1_000_000_000),
  }),
  256,
)

/** Commitment to one version of the joint table of a (provider, data set), encoded whole under keys of its own. */
export const jointTableCodec = recordCodec(
  'joint-table entry',
  z.strictObject({
    provider: partyId,
    dataset: datasetName,
    version,
    /** Id of the OPRF suite. */
    oprf: text(64),
    /** Id of the table's parameter set. */
    parameters: text(64),
    publicKey: elementBytes,
    /** The encoded commitment that the fields above are read from; opaque here. */
    commitment: binary(1, 1_024),
  }),
  2_048,
)

const tableSchema = z.strictObject({ provider: partyId, version, digest: binary(32) })

/** A version of a provider's joint table in a frozen set, with the digest of its commitment. */
export type JointTableRef = z.infer<typeof tableSchema>

/** What a joint query opens: the sum, how many firms have an entry, or whether the sum reaches a limit. */
export const JOINT_OUTPUTS = ['overdueFen', 'count', 'atLeastFen'] as const

/** The name of what a joint query opens. */
export type JointOutputKind = (typeof JOINT_OUTPUTS)[number]

/** A joint query before it is asked: all that its firms agree on is frozen here. */
export const jointIntentCodec = recordCodec(
  'joint-intent entry',
  z
    .strictObject({
      /** The entry's own id. */
      intentId: binary(16),
      /** `basisDigest` of what it rests on: consent and proof of τ, which asked parties do not see. */
      basis: binary(32),
      inquirer: partyId,
      /** T = τ·T₀ */
      element: elementBytes,
      purpose: z.enum(CONSENT_PURPOSES as [ConsentPurpose, ...ConsentPurpose[]]),
      dataset: datasetName,
      output: z.enum(JOINT_OUTPUTS),
      /** For `atLeastFen`, else null; in the smallest unit. */
      threshold: uint().min(1).nullable(),
      /** Scale of the noise of the sum, in its unit; null without. */
      noiseScale: uint(2 ** 40)
        .min(1)
        .nullable(),
      /** Ascending by provider. */
      tables: z
        .array(tableSchema)
        .min(MIN_JOINT_FIRMS)
        .max(MAX_ASKED_PROVIDERS)
        .refine(tables => isStrictlyAscending(tables.map(table => table.provider)), 'ascending providers'),
      /** A void intent that this one is asked instead of, without the firms that were missing; null for a first one. */
      replaces: binary(16).nullable(),
      /** Commitment to the seed of the inquirer's randomness, for an audit that runs the query again. */
      seedCommitment: binary(32),
      expiresAt: unixMs,
      /** Whole points, as the joint rules have it. */
      price: uint(),
    })
    .refine(
      intent => (intent.output === 'atLeastFen') === (intent.threshold !== null),
      'a limit for atLeastFen',
    ),
  32_768,
)

const signed = { provider: partyId, statement: binary(1, 768), signature: binary(64) }

/** The end of a joint query, once: all its firms stand ready and it opens, or one is missing and nothing ever does. */
export const jointOutcomeCodec = recordCodec(
  'joint-outcome entry',
  z.strictObject({
    intentId: binary(16),
    /** The asked providers, who read this entry. */
    providers: z.array(partyId).min(MIN_JOINT_FIRMS).max(MAX_ASKED_PROVIDERS),
    /** What each provider signed when its part was ready; empty for a void query. */
    ready: z.array(z.strictObject(signed)).max(MAX_ASKED_PROVIDERS),
    /** Why it is void: a provider's own refusal, or the association's word that it does not answer. */
    missing: z.strictObject({ ...signed, by: z.enum(['provider', 'association']) }).nullable(),
  }),
  200_000,
)
