import { binary, partyId, recordCodec, uint, unixMs } from '@mixun/core/codec'
import { CONSENT_PURPOSES, type ConsentPurpose } from '@mixun/core/domain'
import { ERROR_CODES, type ErrorCode } from '@mixun/core/errors'
import { z } from 'zod'
import {
  askedKey,
  classList,
  datasetName,
  elementBytes,
  isStrictlyAscending,
  recordClass,
  tableName,
} from './fields.ts'

/** Most providers an intent may ask, so that its receipt fits a hello. */
export const MAX_ASKED_PROVIDERS = 160

const purpose = z.enum(CONSENT_PURPOSES as [ConsentPurpose, ...ConsentPurpose[]])
const errorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]])

/** Longest validity of a consent, in milliseconds: two years. */
export const MAX_CONSENT_VALIDITY_MS = 731 * 86_400_000
/** Longest an intent may be presented to providers, in milliseconds: twelve hours. */
export const MAX_INTENT_LIFETIME_MS = 12 * 3_600_000
/** How long after its use an intent that was bought in advance may be filled in, in milliseconds: three days. */
export const MAX_FILL_IN_MS = 72 * 3_600_000

/** A consent receipt: ids and commitments only, never the subject. */
export const consentCodec = recordCodec(
  'consent entry',
  z
    .strictObject({
      consentId: binary(16),
      inquirer: partyId,
      /** T₀ = s·H(x) */
      commitment: elementBytes,
      classes: classList,
      /** Data sets that joint queries may total up; ascending. */
      datasets: z.array(datasetName).max(8).refine(isStrictlyAscending, 'ascending data sets'),
      purpose,
      /** Of the signed authorisation, salted. */
      documentDigest: binary(32),
      notBefore: unixMs,
      notAfter: unixMs,
      maxUses: uint(1_000_000).min(1),
    })
    .refine(consent => consent.notBefore < consent.notAfter, 'notBefore before notAfter'),
  1024,
)

/** Ascending by provider and class; at most one table each. */
const askedTables = z
  .array(tableName)
  .min(1)
  .max(3 * MAX_ASKED_PROVIDERS)
  .refine(asked => isStrictlyAscending(asked.map(askedKey)), 'ascending tables')
  .refine(asked => new Set(asked.map(table => table.provider)).size <= MAX_ASKED_PROVIDERS, 'providers')

/** An inquiry before it is made. */
export const intentCodec = recordCodec(
  'intent entry',
  z
    .strictObject({
      intentId: binary(16),
      /** `basisDigest` of what it rests on: consent and proof of τ, which asked parties do not see. */
      basis: binary(32),
      inquirer: partyId,
      /** T = τ·T₀ */
      element: elementBytes,
      classes: classList,
      asked: askedTables,
      purpose,
      expiresAt: unixMs,
      /** Whole points, as the rules of the genesis entry have it. */
      price: uint(),
      /** Whether it fills in an intent that was bought in advance, under whose id it stands. */
      isBought: z.boolean(),
      /** Of the asked tables, in their order: the versions that the inquirer reads, chosen before anything is answered. */
      versions: z
        .array(uint(0xffff_ffff))
        .min(1)
        .max(3 * MAX_ASKED_PROVIDERS),
    })
    .refine(({ asked, versions }) => asked.length === versions.length, 'a version of each asked table'),
  65_536,
)

/**
 * An intent bought in advance, for when the ledger is out of reach: all that an intent says before there is a subject. It
 * reserves the price of all that it may ask.
 */
export const intentBoughtCodec = recordCodec(
  'intent-bought entry',
  z.strictObject({
    /** Of the intent that will fill it in. */
    intentId: binary(16),
    inquirer: partyId,
    classes: classList,
    asked: askedTables,
    purpose,
    /** The end of its use. */
    expiresAt: unixMs,
    /** Whole points: of all asked tables. */
    price: uint(),
  }),
  65_536,
)

/** An intent bought in advance expired unused, as its buyer says; what it reserved comes back. */
export const intentReturnedCodec = recordCodec(
  'intent-returned entry',
  z.strictObject({ intentId: binary(16) }),
  64,
)

/** How one asked table ended, as the transcript up to proof verification shows. */
const resultSchema = z.strictObject({
  provider: partyId,
  class: recordClass,
  status: z.enum(['evaluated', 'refused', 'timed-out', 'failed']),
  /** Stable error code, or null for an evaluation. */
  code: errorCode.nullable(),
  /** What the provider signed: its evaluation receipt, or its refusal. */
  receipt: binary(1, 512).nullable(),
  receiptSignature: binary(64).nullable(),
})

/** The end of an inquiry: one result an asked table, in the order of the intent. */
export const outcomeCodec = recordCodec(
  'outcome entry',
  z.strictObject({
    intentId: binary(16),
    results: z
      .array(resultSchema)
      .min(1)
      .max(3 * MAX_ASKED_PROVIDERS),
  }),
  393_216,
)

/** How one asked table ended. */
export type OutcomeResult = z.infer<typeof resultSchema>
