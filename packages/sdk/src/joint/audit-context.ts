import { fail } from '@mixun/core/errors'
import { type Registry, verifyUnderAny } from '@mixun/ledger-adapter/ledger'
import type { RecordedJointIntent } from '@mixun/ledger-adapter/policy'
import {
  type JointQuery,
  type JointSecrets,
  type JointValue,
  type JointInquirerRecord,
  verifyJointReceipt,
} from '@mixun/ot/joint-query'
import { jointCommitmentOf } from '../consortium/verifiers.ts'

/** Where an auditor gets what an opening does not hold. */
export interface JointAuditSources {
  /** The encoded joint table of a provider and version; checked against its commitment. */
  table(provider: string, version: number): Promise<Uint8Array>
  /** A party's side of the query (`signJointSide`); null from an association that never compared. */
  side(party: string): Promise<Uint8Array | null>
}

/** What another party than the inquirer did wrong, or did not show. */
export interface JointFault {
  readonly party: string
  readonly code: string
  /** What convicts it: its signed side, or the record of the session that it signed; null where it showed nothing. Secret. */
  readonly evidence: Uint8Array | null
}

/** What all steps of the audit of one query go by. */
export interface JointAudit {
  readonly registry: Registry
  readonly sources: JointAuditSources
  readonly recorded: RecordedJointIntent
  readonly query: JointQuery
  readonly secrets: JointSecrets
  readonly faults: JointFault[]
}

/** A session that was run again: what the inquirer had of it. */
export interface ReplayedSession extends JointValue {
  readonly record: JointInquirerRecord
}

/** A session by its signed receipt. A party may have changed its key since. @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_… */
export function sessionOf(
  { registry, recorded, query }: JointAudit,
  party: string,
  { receipt, signature }: { readonly receipt: Uint8Array; readonly signature: Uint8Array },
) {
  const { suite } = registry.anchor
  const signed = { receipt, signature }
  const partyKey = verifyUnderAny(registry.signingKeysSince(party, recorded.index), key => {
    verifyJointReceipt(suite, key, signed)
    return key
  })
  return { suite, query, signed, partyKey }
}

/** The version of a provider's table that the query froze, and its commitment. @throws ERR_VERIFY_REPLAY for another party */
export function frozenTable({ registry, recorded }: JointAudit, party: string) {
  const version = recorded.intent.tables.find(({ provider }) => provider === party)?.version ?? 0
  const payload = registry.policy.joint.version(party, version)
  return payload === undefined
    ? fail('ERR_VERIFY_REPLAY', `expected a session with a firm of the frozen set, found ${party}`)
    : { version, commitment: jointCommitmentOf(payload) }
}
