import { fail } from '@mixun/core/errors'
import { type Payloads, payloadCodecs, signEntry } from '@mixun/ledger-adapter/ledger'
import type { Home } from '@mixun/sdk/home'
import { openAssociationLedger } from './ledger.ts'

/** Kinds of entries with which the association changes the consortium's rules. */
export const RULE_KINDS = [
  'sharing-rules',
  'calendar',
  'kinds',
  'budget',
  'parameters',
  'audit-rules',
  'joint-rules',
] as const

export type RuleKind = (typeof RULE_KINDS)[number]

/**
 * Records a rule. `content` is the payload as JSON has it: the next version is filled in, and a time may be written as
 * ISO 8601. @throws ERR_DECODE_SCHEMA naming the wrong fields, ERR_HOME_ROLE, ERR_LEDGER_…
 */
export async function recordRule(home: Home, kind: RuleKind, content: unknown): Promise<number> {
  if (typeof content !== 'object' || content === null) fail('ERR_DECODE_SCHEMA', 'expected a JSON object')
  const ledger = openAssociationLedger(home)
  try {
    const payload = payloadOf(
      kind,
      content as Record<string, unknown>,
      versionOf(kind, ledger.registry.policy),
    )
    const { receipt } = await ledger.append(signEntry(home.identity, ledger.registry.anchor, kind, payload))
    return receipt.index
  } finally {
    await ledger.close()
  }
}

/** Suspends a member, retires it, or makes it active again. @throws ERR_LEDGER_MEMBER */
export async function setMemberStatus(
  home: Home,
  partyId: string,
  status: Payloads['member']['status'],
): Promise<number> {
  const ledger = openAssociationLedger(home)
  try {
    const member = ledger.registry.member(partyId)
    if (member === undefined || member.certificateDigest === null) {
      return fail('ERR_LEDGER_MEMBER', `${partyId} is not a member`)
    }
    const payload = { ...member, certificateDigest: member.certificateDigest, status }
    const { receipt } = await ledger.append(
      signEntry(home.identity, ledger.registry.anchor, 'member', payload),
    )
    return receipt.index
  } finally {
    await ledger.close()
  }
}

interface Versions {
  readonly sharing: { readonly version: number }
  readonly calendar: { readonly version: number } | null
  readonly kinds: { readonly version: number }
  readonly audits: { readonly rules: { readonly version: number } }
  readonly joint: { readonly rules: { readonly version: number } }
}

function versionOf(kind: RuleKind, policy: Versions): { version?: number } {
  if (kind === 'sharing-rules') return { version: policy.sharing.version + 1 }
  if (kind === 'calendar') return { version: (policy.calendar?.version ?? 0) + 1 }
  if (kind === 'audit-rules') return { version: policy.audits.rules.version + 1 }
  if (kind === 'joint-rules') return { version: policy.joint.rules.version + 1 }
  return kind === 'kinds' ? { version: policy.kinds.version + 1 } : {}
}

function payloadOf<K extends RuleKind>(
  kind: K,
  content: Record<string, unknown>,
  version: { version?: number },
): Payloads[K] {
  const { from } = content
  const time = kind === 'parameters' && typeof from === 'string' ? { from: Date.parse(from) } : {}
  const codec = payloadCodecs[kind]
  return codec.decode(codec.encode({ ...version, ...content, ...time } as never)) as Payloads[K]
}
