import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { cosignerName, openCheckpoint, openCosigned, parseNote } from '../../checkpoint/index.ts'
import { auditCommitment } from '../../policy/audits.ts'
import { inquiryOnRecord } from '../inquiry-on-record.ts'
import type { EntryOf } from '../payloads.ts'
import type { RegistryView } from '../registry-view.ts'
import { requireAssociation } from './consortium.ts'
import { requireNextVersion } from './versions.ts'

export function checkAuditRules(registry: RegistryView, { author, payload }: EntryOf<'audit-rules'>): void {
  requireAssociation(registry, author)
  requireNextVersion('audit rules', registry.policy.audits.rules.version, payload.version)
}

/** A later one takes the place of one of its author that was not opened, for all to see. */
export function checkAuditCommitted(registry: RegistryView, { author }: EntryOf<'audit-committed'>): void {
  requireAuditor(registry, author)
}

/**
 * Every intent is drawn from once, by the association or a regulator, and by a beacon that is later than it and than the
 * commitment of its author that the sample opens: who cosigned it knew the secret no more than the author knew the
 * cosignature when it committed.
 */
export function checkAuditSample(registry: RegistryView, { author, payload }: EntryOf<'audit-sample'>): void {
  requireAuditor(registry, author)
  const { origin: name, suite, association } = registry.anchor
  const log = { name, suite, publicKey: association.publicKey }
  const { from, to, note, secret } = payload
  const isNext = from === registry.policy.audits.sampledTo && from < to
  if (!isNext || openCheckpoint(log, note).size !== to) {
    fail(
      'ERR_AUDIT_SAMPLE',
      `expected a sample from intent ${registry.policy.audits.sampledTo} to its beacon`,
    )
  }
  const commitment = registry.policy.audits.commitmentOf(author)
  const isOpened =
    commitment !== undefined &&
    commitment.index < to &&
    compareBytes(auditCommitment(suite, secret), commitment.commitment) === 0
  if (!isOpened) fail('ERR_AUDIT_SAMPLE', 'expected the secret that was committed to before the beacon')
  const { signatures } = parseNote(note)
  const cosigner = registry
    .members()
    .filter(({ role, status }) => role === 'firm' && status === 'active')
    .map(firm => ({ name: cosignerName(name, firm.partyId), suite, publicKey: firm.signingKey }))
    .find(key => signatures.some(line => line.name === key.name))
  // Exactly these two lines: others would let who writes the entry try out as many beacons as it likes.
  if (cosigner === undefined || signatures.length !== 2 || signatures[0]?.name !== name) {
    return fail('ERR_AUDIT_SAMPLE', 'expected a beacon that one active firm cosigned')
  }
  openCosigned(log, cosigner, note)
}

function requireAuditor(registry: RegistryView, author: string): void {
  if (registry.member(author)?.role !== 'regulator') requireAssociation(registry, author)
}

export function checkAuditOpened(registry: RegistryView, entry: EntryOf<'audit-opened'>): void {
  requireAssociation(registry, entry.author)
  requireDue(registry, entry)
}

export function checkAuditFailed(registry: RegistryView, entry: EntryOf<'audit-failed'>): void {
  requireAssociation(registry, entry.author)
  const { finding, openingDigest } = entry.payload
  const due = requireDue(registry, entry)
  const isEarly = finding === 'not-opened' && due !== null && entry.createdAt <= due.deadline
  if (isEarly || (finding === 'forged') !== (openingDigest !== null)) {
    fail('ERR_AUDIT_EARLY', 'expected a finding of a forged opening, or of none after its deadline')
  }
}

/** An intent that was drawn and has no result; null where it is sealed to others. @throws ERR_AUDIT_NOT_DUE */
function requireDue(
  registry: RegistryView,
  { author, payload: { intentId } }: EntryOf<'audit-opened' | 'audit-failed'>,
): { readonly deadline: number } | null {
  const { audits } = registry.policy
  const recorded = inquiryOnRecord(registry, intentId)
  // That there is one result, everyone can tell.
  const isOpen = audits.result(intentId) === undefined
  if (isOpen && recorded === undefined && !registry.isExact(author)) return null
  const drawn = recorded && audits.drawn(registry.anchor.suite, intentId, recorded.index)
  if (drawn === undefined || !isOpen) {
    return fail('ERR_AUDIT_NOT_DUE', 'expected an intent that was drawn and has no result')
  }
  return drawn
}
