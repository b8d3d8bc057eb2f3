import { fromHex, toHex } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { dueSides, type Registry } from '@mixun/ledger-adapter/ledger'
import type { InquiryOpeningJson } from '@mixun/sdk/audit'
import { type Home, writeSecretFile } from '@mixun/sdk/home'
import { type AuditedJointQuery, auditJointQuery } from '@mixun/sdk/joint'
import { openVault } from '@mixun/sdk/store'
import { JointSources } from './joint-sources.ts'

/** What came out of a joint query that was run again. */
export interface JointReplay extends Omit<AuditedJointQuery, 'faults'> {
  /** Parties other than the inquirer that did something wrong or showed nothing, with the file of the evidence, sealed. */
  readonly faults: readonly { readonly party: string; readonly code: string; readonly file: string | null }[]
}

/**
 * Runs an opened joint query again, with tables and sides from its firms, and keeps sealed what convicts any of them.
 *
 * @param tables a folder of joint tables, used before they are downloaded
 * @throws what is found against the inquirer, as `auditJointQuery`, and ERR_PEER_REFUSED and ERR_CHANNEL_… for tables
 */
export async function replayJointOpening(
  home: Home,
  registry: Registry,
  { opening, sessions }: { readonly opening: InquiryOpeningJson; readonly sessions: Uint8Array },
  tables?: string,
): Promise<JointReplay> {
  const intentId = fromHex(opening.intentId)
  using sources = new JointSources(home, registry, intentId, tables)
  const drawn = drawnProviders(registry, intentId)
  const { faults, ...audited } = await auditJointQuery(opening, sessions, registry, sources, drawn)
  return {
    ...audited,
    faults: faults.map(({ party, code, evidence }) => {
      const file = evidence && home.paths.jointFinding(toHex(intentId), party)
      if (file !== null)
        writeSecretFile(file, openVault(home).seal(place(opening.intentId, party), evidence as Uint8Array))
      return { party, code, file }
    }),
  }
}

/** None of a query that was not drawn: it is run again as far as its inquirer opens it. */
function drawnProviders(registry: Registry, intentId: Uint8Array): readonly string[] {
  try {
    return dueSides(registry, intentId).sides
  } catch (error) {
    if (error instanceof MixunError && error.code === 'ERR_AUDIT_NOT_DUE') return []
    throw error
  }
}

const place = (intentId: string, party: string) => `joint-finding/${intentId}/${party}`
