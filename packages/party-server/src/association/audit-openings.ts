import { existsSync, readFileSync } from 'node:fs'
import { compareBytes, fromHex, toHex } from '@mixun/core/bytes'
import { binary, recordCodec } from '@mixun/core/codec'
import { Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { inquiryOnRecord, type Ledger, type Registry, signEntry } from '@mixun/ledger-adapter/ledger'
import { consequencesOf } from '@mixun/ledger-adapter/policy'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import {
  auditOpening,
  type InquiryOpeningJson,
  jointSessionsCodec,
  MAX_DOCUMENT_BYTES,
  MAX_JOINT_SESSIONS_BYTES,
  readSignedOpening,
  type ReceivedOpening,
} from '@mixun/sdk/audit'
import { destroyFile, type Home, writeSecretFile } from '@mixun/sdk/home'
import { requireAnswered } from '@mixun/sdk/joint'
import { openVault } from '@mixun/sdk/store'
import { z } from 'zod'
import type { RecordedFinding } from './audit-sample.ts'
import { type JointReplay, replayJointOpening } from './joint-replay.ts'

/** An opening that waits for the auditor, before it is sealed. */
export const keptOpeningCodec = recordCodec(
  'kept opening',
  z.strictObject({
    signed: binary(1, 8_192),
    document: binary(0, MAX_DOCUMENT_BYTES),
    sessions: binary(0, MAX_JOINT_SESSIONS_BYTES),
  }),
  MAX_DOCUMENT_BYTES + MAX_JOINT_SESSIONS_BYTES + 16_384,
)

/**
 * Checks an opening as far as the ledger goes and keeps it, sealed, for the auditor: that the document is the investor's
 * authorisation is for a person to see, and the sessions of a joint query are run again then.
 *
 * @throws ERR_AUDIT_NOT_DUE, ERR_VERIFY_COMMITMENT, ERR_VERIFY_REPLAY for a joint query without the session that opened it:
 * opened wrongly, and may be opened again until the deadline
 */
export async function keepOpening(
  home: Home,
  registry: Registry,
  ledger: Ledger,
  { signed, document, sessions }: ReceivedOpening,
): Promise<void> {
  const intentId = fromHex(signed.opening.intentId)
  const recorded = inquiryOnRecord(registry, intentId)
  const { audits, joint } = registry.policy
  const isDue =
    recorded !== undefined &&
    recorded.inquirer === signed.inquirer &&
    audits.drawn(registry.anchor.suite, intentId, recorded.index) !== undefined &&
    audits.result(intentId) === undefined
  if (!isDue) fail('ERR_AUDIT_NOT_DUE', 'expected a drawn intent of this inquirer without a result')
  await auditOpening(signed.opening, document, registry, ledger)
  const query = joint.intent(intentId)
  if (query?.state === 'opened') requireAnswered(query, jointSessionsCodec.decode(sessions))
  const name = toHex(intentId)
  const kept = keptOpeningCodec.encode({ signed: signed.bytes, document, sessions })
  writeSecretFile(home.paths.auditOpening(name), openVault(home).seal(place(name), kept))
}

/** An opening that waits for the auditor's decision. It names the subject. */
export interface KeptOpening {
  readonly inquirer: string
  readonly subject: Subject
  readonly document: Uint8Array
  readonly openingDigest: Uint8Array
  readonly opening: InquiryOpeningJson
  /** Of a joint query; empty for others. */
  readonly sessions: Uint8Array
}

/** @throws ERR_AUDIT_NOT_DUE when nothing was opened under the intent */
export function keptOpening(home: Home, registry: Registry, intentId: Uint8Array): KeptOpening {
  const name = toHex(intentId)
  const file = home.paths.auditOpening(name)
  if (!existsSync(file)) return fail('ERR_AUDIT_NOT_DUE', 'no opening of this intent waits for a decision')
  const { signed, document, sessions } = keptOpeningCodec.decode(
    openVault(home).open(place(name), readFileSync(file)),
  )
  const { inquirer, opening } = readSignedOpening(signed, registry)
  if (compareBytes(fromHex(opening.intentId), intentId) !== 0) {
    fail('ERR_VERIFY_COMMITMENT', 'expected the opening of this intent')
  }
  const subject = Subject.parse(opening.idType, opening.idNumber)
  return { inquirer, subject, document, openingDigest: registry.anchor.suite.hash(signed), opening, sessions }
}

/** Runs a kept joint query again; null for another inquiry. @throws as `replayJointOpening` */
export async function replayKept(
  home: Home,
  registry: Registry,
  kept: KeptOpening,
  tables?: string,
): Promise<JointReplay | null> {
  return kept.opening.joint === null ? null : replayJointOpening(home, registry, kept, tables)
}

/**
 * Records what the auditor saw in the document and erases the opening; of a forged one the firm's signed words stay, sealed,
 * in the findings. A joint query is genuine when it comes out again, too.
 *
 * @throws ERR_AUDIT_NOT_DUE, and as {@link replayKept} for a joint query that is to be genuine
 */
export async function decideOpening(
  home: Home,
  ledger: SqliteLedger,
  intentId: Uint8Array,
  decision: 'genuine' | 'forged',
  tables?: string,
): Promise<RecordedFinding> {
  const { registry } = ledger
  const kept = keptOpening(home, registry, intentId)
  const { inquirer, openingDigest } = kept
  if (decision === 'genuine') await replayKept(home, registry, kept, tables)
  const file = home.paths.auditOpening(toHex(intentId))
  const sign = { identity: home.identity, anchor: registry.anchor }
  const entry =
    decision === 'genuine'
      ? signEntry(sign.identity, sign.anchor, 'audit-opened', { intentId, openingDigest })
      : signEntry(sign.identity, sign.anchor, 'audit-failed', { intentId, finding: 'forged', openingDigest })
  const { receipt } = await ledger.append(entry)
  if (decision === 'forged') writeSecretFile(home.paths.forgedOpening(toHex(intentId)), readFileSync(file))
  destroyFile(file)
  const none = { penalty: 0, isSuspensionProposed: false }
  const consequences = decision === 'genuine' ? none : consequencesOf(registry.policy.audits.rules, 'forged')
  return { intentId: toHex(intentId), inquirer, ledgerIndex: receipt.index, ...consequences }
}

const place = (intentId: string) => `audit-opening/${intentId}`
