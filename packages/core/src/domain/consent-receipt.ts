import { z } from 'zod'
import { binary, partyId, type RecordCodec, recordCodec, unixMs } from '../codec/index.ts'
import { fail, MixunError } from '../errors/index.ts'
import type { Identity } from '../session/index.ts'
import { signFor, type Suite, verifyFor } from '../suite/index.ts'
import type { RecordClass } from './kinds.ts'

/** Credit granting 授信, anti-fraud 反欺诈, monitoring 监控预警, firm-wide risk control 风险控制. */
export type ConsentPurpose = 'credit-granting' | 'anti-fraud' | 'monitoring' | 'risk-control'

/** All purposes that a consent can be given for. */
export const CONSENT_PURPOSES: readonly ConsentPurpose[] = [
  'credit-granting',
  'anti-fraud',
  'monitoring',
  'risk-control',
]

const SIGN_PURPOSE = 'consent-receipt'

const schema = z.strictObject({
  version: z.literal(1),
  /** 16 random bytes. */
  consentId: binary(16),
  /** Party id of the firm that may ask, and that signs. */
  inquirer: partyId,
  /** The encoded element T₀ = s·H(x): hides the subject perfectly, binds the inquirer to it. */
  commitment: binary(32, 65),
  /** The classes that may be asked for: at least one, ascending, each once. */
  classes: z
    .array(z.enum(['A', 'B', 'C']))
    .min(1)
    .refine(list => list.every((entry, i) => i === 0 || entry > (list[i - 1] as string)))
    .readonly(),
  /** Data sets that joint queries may total up: ascending, each once; none for a consent to checks alone. */
  datasets: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/))
    .max(8)
    .refine(list => list.every((entry, i) => i === 0 || entry > (list[i - 1] as string)))
    .readonly(),
  purpose: z.enum(['credit-granting', 'anti-fraud', 'monitoring', 'risk-control']),
  /** 32 bytes: salted digest of the document that the subject signed, which may be a form with a number in it. */
  documentDigest: binary(32),
  /** First and last millisecond of validity, both included. */
  notBefore: unixMs,
  notAfter: unixMs,
  /** How many inquiries may be made; the association counts them. */
  maxUses: z.number().int().min(1).max(1_000_000),
  issuedAt: unixMs,
})

/**
 * A subject's authorisation to be asked about, as the inquirer records it. It names no subject: who holds x and s can
 * open `commitment`, nobody else learns anything from the receipt.
 */
export type ConsentReceipt = z.infer<typeof schema>

/** The canonical encoding of a consent receipt, at most 1,024 bytes: what its signature covers. */
export const consentReceiptCodec: RecordCodec<ConsentReceipt> = recordCodec('consent receipt', schema, 1_024)

/** A receipt in its canonical encoding with the inquirer's signature over it. */
export interface SignedConsentReceipt {
  readonly bytes: Uint8Array
  readonly signature: Uint8Array
}

/** Encodes and signs a receipt as its inquirer. @throws ERR_CONSENT_INVALID */
export function signConsentReceipt(identity: Identity, receipt: ConsentReceipt): SignedConsentReceipt {
  if (receipt.inquirer !== identity.partyId) {
    fail('ERR_CONSENT_INVALID', 'inquirer: expected the party that signs the receipt')
  }
  const bytes = encode(receipt)
  checkWindow(receipt)
  return { bytes, signature: signFor(identity.signingKey, SIGN_PURPOSE, bytes) }
}

/**
 * Checks and decodes a signed receipt.
 *
 * @param publicKey of the receipt's inquirer as the member registry has it; who else signed it does not count
 * @throws ERR_VERIFY_SIGNATURE, ERR_CONSENT_INVALID, ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA,
 * ERR_DECODE_CANONICAL
 */
export function verifyConsentReceipt(
  suite: Suite,
  publicKey: Uint8Array,
  bytes: Uint8Array,
  signature: Uint8Array,
): ConsentReceipt {
  verifyFor(suite, publicKey, SIGN_PURPOSE, bytes, signature)
  const receipt = consentReceiptCodec.decode(bytes)
  checkWindow(receipt)
  return receipt
}

/** What an inquiry wants to do under a consent. */
export interface ConsentUse {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly classes: readonly RecordClass[]
  readonly purpose: ConsentPurpose
}

/**
 * Checks time and scope of one use; how often the receipt was used is counted by the association.
 *
 * @throws ERR_CONSENT_EXPIRED, ERR_CONSENT_SCOPE
 */
export function checkConsentUse(receipt: ConsentReceipt, use: ConsentUse): void {
  if (!(use.now >= receipt.notBefore && use.now <= receipt.notAfter)) {
    fail('ERR_CONSENT_EXPIRED', 'expected a use between notBefore and notAfter of the consent')
  }
  if (use.classes.length === 0 || !use.classes.every(entry => receipt.classes.includes(entry))) {
    fail('ERR_CONSENT_SCOPE', `expected classes within ${receipt.classes.join(', ')}`)
  }
  if (use.purpose !== receipt.purpose) {
    fail('ERR_CONSENT_SCOPE', `expected the purpose ${receipt.purpose}, found ${use.purpose}`)
  }
}

function encode(receipt: ConsentReceipt): Uint8Array {
  try {
    return consentReceiptCodec.encode(receipt)
  } catch (cause) {
    if (!(cause instanceof MixunError)) throw cause
    return fail('ERR_CONSENT_INVALID', cause.message, { cause })
  }
}

function checkWindow({ notBefore, notAfter, issuedAt }: ConsentReceipt): void {
  if (notBefore >= notAfter) fail('ERR_CONSENT_INVALID', 'notAfter: expected a time after notBefore')
  if (issuedAt > notAfter) fail('ERR_CONSENT_INVALID', 'issuedAt: expected a time before notAfter')
}
