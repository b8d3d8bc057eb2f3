import { compareBytes } from '@mixun/core/bytes'
import { binary, partyId, recordCodec } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Identity } from '@mixun/core/session'
import { signFor, verifyFor } from '@mixun/core/suite'
import { inquiryOnRecord, type Registry, verifyUnderAny } from '@mixun/ledger-adapter/ledger'
import { z } from 'zod'

/** Protocol by which a party of a drawn joint query opens its side to an auditor. */
export const JOINT_SIDE_PROTOCOL = 'joint-side'

const PURPOSE = 'joint-side'

const sideSchema = z.strictObject({
  intentId: binary(16),
  party: partyId,
  /** Encoded record of the session (`jointAnswerRecordCodec` of `@mixun/ot/joint-query`). */
  record: binary(1, 65_536),
  /** Of a provider's table, with the salt of its commitment; of the association empty. */
  maskKey: binary(0, 16),
  maskSalt: binary(0, 32),
})

/** A party's side of an opened joint query, as it opens it to an auditor. Secret: with the inquirer's opening it is an amount. */
export type JointSide = z.infer<typeof sideSchema>

/** The canonical encoding of a side, at most 66,000 bytes: what is signed. */
export const jointSideCodec = recordCodec('joint side', sideSchema, 66_000)

/** A signed side as it is sent: one that does not hold convicts its party before anybody. */
export const signedJointSideCodec = recordCodec(
  'signed joint side',
  z.strictObject({ side: binary(1, 66_000), signature: binary(64) }),
  66_200,
)

/** A side, signed and encoded. */
export function signJointSide({ signingKey }: Identity, value: JointSide): Uint8Array {
  const side = jointSideCodec.encode(value)
  return signedJointSideCodec.encode({ side, signature: signFor(signingKey, PURPOSE, side) })
}

/** Reads what a party signed as its side of this query. @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_… */
export function readJointSide(
  registry: Registry,
  party: string,
  intentId: Uint8Array,
  bytes: Uint8Array,
): JointSide {
  const { side, signature } = signedJointSideCodec.decode(bytes)
  const index = inquiryOnRecord(registry, intentId)?.index ?? Number.POSITIVE_INFINITY
  verifyUnderAny(registry.signingKeysSince(party, index), key =>
    verifyFor(registry.anchor.suite, key, PURPOSE, side, signature),
  )
  const value = jointSideCodec.decode(side)
  if (value.party !== party || compareBytes(value.intentId, intentId) !== 0) {
    fail('ERR_VERIFY_SIGNATURE', `expected the side of ${party} in this joint query`)
  }
  return value
}
