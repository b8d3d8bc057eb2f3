import { z } from 'zod'
import { fromHex, toHex } from '@mixun/core/bytes'
import { partyId } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Peer } from '@mixun/core/session'
import { SUITE_IDS, type SuiteId, suiteById } from '@mixun/core/suite'

const schema = z
  .strictObject({
    consortium: z.string().min(1).max(128),
    suite: z.enum(SUITE_IDS),
    /** Origin line of the ledger's checkpoints. */
    origin: z.string().min(1).max(255),
    association: z.strictObject({ id: partyId, publicKey: z.string().regex(/^([0-9a-f]{2})+$/) }),
  })
  .refine(({ suite, association }) => association.publicKey.length === 2 * suiteById(suite).publicKeyBytes)

/** What a member trusts from the day it joins: the association's signing key and the name of its ledger. */
export interface TrustAnchor {
  readonly consortium: string
  readonly suite: SuiteId
  readonly origin: string
  readonly association: Peer
}

/** Content of `consortium.json`. @throws ERR_HOME_INVALID */
export function parseAnchor(json: string): TrustAnchor {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    return fail('ERR_HOME_INVALID', 'consortium.json: expected JSON', { cause })
  }
  return anchorFrom(value)
}

/** @throws ERR_HOME_INVALID */
export function anchorFrom(value: unknown): TrustAnchor {
  const result = schema.safeParse(value)
  if (!result.success) return fail('ERR_HOME_INVALID', 'expected the trust anchor of a consortium')
  const { consortium, suite, origin, association } = result.data
  const publicKey = fromHex(association.publicKey)
  return { consortium, suite, origin, association: { partyId: association.id, publicKey } }
}

/** The content of `consortium.json`; {@link anchorFrom} reads it back. */
export function anchorToJson(anchor: TrustAnchor): z.infer<typeof schema> {
  const { consortium, suite, origin, association } = anchor
  return {
    consortium,
    suite,
    origin,
    association: { id: association.partyId, publicKey: toHex(association.publicKey) },
  }
}
