import { compareBytes } from '@mixun/core/bytes'
import { binary, partyId, recordCodec, unixMs } from '@mixun/core/codec'
import { type ErrorCode, ERROR_CODES, fail } from '@mixun/core/errors'
import { type SigningKey, signFor, type Suite, verifyFor } from '@mixun/core/suite'
import { z } from 'zod'

const common = {
  /** Id of the ledger. */
  ledger: binary(32),
  intentId: binary(16),
  provider: partyId,
}

const errorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]])
const refusalSchema = z.strictObject({ ...common, code: errorCode })

/** A provider's word that it has not given its part of a joint query and never will. */
export type JointRefusal = z.infer<typeof refusalSchema>

const missingSchema = z.strictObject({ ...common, statedAt: unixMs })

/** The association's word that a provider did not answer it either. */
export type JointMissing = z.infer<typeof missingSchema>

const shareSchema = z.strictObject({ ...common, share: binary(16) })

/** A provider's share of an opened joint query, as it handed it out: an audit that runs its side again holds it to that. */
export type JointShareStatement = z.infer<typeof shareSchema>

const kinds = {
  refusal: recordCodec('joint refusal', refusalSchema, 512),
  missing: recordCodec('joint missing statement', missingSchema, 512),
  share: recordCodec('joint share', shareSchema, 512),
} as const

/** The codecs of what is signed about joint queries. */
export const jointStatementCodecs = kinds

type Statements = { refusal: JointRefusal; missing: JointMissing; share: JointShareStatement }

/** A statement with its author's signature. */
export interface SignedJointStatement {
  readonly statement: Uint8Array
  readonly signature: Uint8Array
}

const purposeOf = (kind: keyof Statements) => `joint-${kind}`

/** Signs a statement about a joint query. */
export function signJointStatement<K extends keyof Statements>(
  key: SigningKey,
  kind: K,
  value: Statements[K],
): SignedJointStatement {
  const statement = kinds[kind].encode(value as never)
  return { statement, signature: signFor(key, purposeOf(kind), statement) }
}

/**
 * Reads a signed statement of this kind about this provider and intent.
 *
 * @param publicKey of who has to have signed
 * @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_…
 */
export function verifyJointStatement<K extends keyof Statements>(
  suite: Suite,
  publicKey: Uint8Array,
  kind: K,
  { statement, signature }: SignedJointStatement,
  expected: { readonly ledger: Uint8Array; readonly intentId: Uint8Array; readonly provider: string },
): Statements[K] {
  verifyFor(suite, publicKey, purposeOf(kind), statement, signature)
  const value = kinds[kind].decode(statement) as Statements[K]
  const fits =
    value.provider === expected.provider &&
    compareBytes(value.ledger, expected.ledger) === 0 &&
    compareBytes(value.intentId, expected.intentId) === 0
  if (!fits) fail('ERR_VERIFY_SIGNATURE', 'expected a statement about this provider and joint query')
  return value
}
