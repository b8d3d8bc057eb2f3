import { compareBytes, fromHex, utf8 } from '@mixun/core/bytes'
import { binary, partyId, recordCodec } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { MAX_ASKED_PROVIDERS } from '@mixun/ledger-adapter/ledger'
import { z } from 'zod'

/** Largest sessions of a joint query, encoded: some 190 KB each. */
export const MAX_JOINT_SESSIONS_BYTES = 67_108_864

const records = z.array(binary(1, 300_000)).max(MAX_ASKED_PROVIDERS + 1)

const sessionsSchema = z.strictObject({
  /** Of every provider, and of a comparison the association. */
  answered: records,
  /** Of providers whose garbled check did not hold. */
  failed: records,
  /** Attempts at a comparison, the newest first: an answer that was lost is to one of them. */
  attempts: records,
  /** What providers signed when they handed their shares out (`signedJointStatementCodec` of `@mixun/sdk/joint`). */
  shares: z.array(z.strictObject({ party: partyId, signed: binary(1, 1_024) })).max(MAX_ASKED_PROVIDERS),
})

/**
 * What the sessions of a joint query left with its inquirer, as it opens them to an auditor: encoded records
 * (`jointInquirerRecordCodec` of `@mixun/ot/joint-query`). Confidential.
 */
export type JointSessions = z.infer<typeof sessionsSchema>

/** The canonical encoding of the sessions of a query. */
export const jointSessionsCodec = recordCodec('joint sessions', sessionsSchema, MAX_JOINT_SESSIONS_BYTES)

/** What an opening of a joint query, which its firm signs, says of the sessions beside it. */
export function jointSessionsDigest(suite: Suite, sessions: Uint8Array): Uint8Array {
  return suite.hash(utf8('mixun-joint-sessions-1\0'), sessions)
}

/** Checks that sessions are those of an opening, or none where it is of no joint query. @throws ERR_VERIFY_COMMITMENT */
export function requireSessions(
  suite: Suite,
  { joint }: { readonly joint: { readonly sessions: string } | null },
  sessions: Uint8Array,
): void {
  const fits =
    joint === null
      ? sessions.length === 0
      : compareBytes(jointSessionsDigest(suite, sessions), fromHex(joint.sessions)) === 0
  if (!fits) fail('ERR_VERIFY_COMMITMENT', 'expected the sessions that the opening names')
}
