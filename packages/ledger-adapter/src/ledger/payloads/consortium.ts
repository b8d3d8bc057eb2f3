import { binary, partyId, recordCodec, text, uint } from '@mixun/core/codec'
import { z } from 'zod'
import { pointsRulesSchema } from '../../points/rules.ts'

/** First entry of every ledger, authored by the association. */
export const genesisCodec = recordCodec(
  'genesis entry',
  z.strictObject({
    consortium: text(100),
    suite: text(16),
    association: partyId,
    signingKey: binary(32, 33),
    /** Entries about inquiries are sealed to it. */
    encryptionKey: binary(32, 33),
    /** Proof of possession of it. */
    encryptionKeyProof: binary(64),
    pointsRules: pointsRulesSchema,
  }),
  1024,
)

/** `host:port` for gRPC, `wss://host:port` for WebSockets. */
const address = text(270).regex(/^(wss:\/\/)?[^\s/]+:[0-9]{1,5}$/)

/** Admits or changes a member; authored by the association. */
export const memberCodec = recordCodec(
  'member entry',
  z.strictObject({
    partyId,
    name: text(100),
    /** A regulator reads what is sealed to the association, and asks and provides nothing. */
    role: z.enum(['firm', 'association', 'regulator']),
    signingKey: binary(32, 33),
    /** Entries are sealed to it; an element of the suite's group. */
    encryptionKey: binary(32, 33),
    /** The member's proof of possession of it. */
    encryptionKeyProof: binary(64),
    /** SHA-256 of the DER of the member's transport certificate, in every suite: its fingerprint. */
    certificateDigest: binary(32),
    /** `host:port` of the member's consortium door, or null while it serves none. */
    address: address.nullable(),
    /** Suspended for a time; retired when it left. Either may be made active again. */
    status: z.enum(['active', 'suspended', 'retired']),
  }),
  1024,
)

/** A member's change of its own address. */
export const memberAddressCodec = recordCodec(
  'member-address entry',
  z.strictObject({ partyId, address: address.nullable() }),
  512,
)

/** Why points are given by decision. */
export const GRANT_REASONS = ['onboarding', 'correction', 'quality', 'participation', 'drill'] as const

/** Points given by the association by decision. */
export const pointsGrantCodec = recordCodec(
  'points-grant entry',
  z.strictObject({ partyId, amount: uint(1_000_000_000).min(1), reason: z.enum(GRANT_REASONS) }),
  1024,
)
