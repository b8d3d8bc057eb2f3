import { MixunError } from '@mixun/core/errors'
import type { LedgerProgress } from '@mixun/ledger-adapter/mirror'
import { LEDGER_PARAMETERS, LEDGER_PROTOCOL, RemoteLedger } from '@mixun/ledger-adapter/remote'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { Connections, keepFork } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'

/** What a recovery came to. */
export interface Recovery {
  /** Entries that came back. */
  readonly entries: number
  /** Members whose mirrors were read, and those that could not be reached, with the code. */
  readonly asked: readonly { readonly party: string; readonly code: string | null }[]
}

/**
 * Fetches from the members' mirrors what the association's ledger lost with a restored backup, and continues the same
 * tree. Entries that no mirror had taken in yet stay lost: their authors hold the receipts and send them again.
 *
 * @throws ERR_LEDGER_FORK, kept as evidence, when the ledger went on differently before it was recovered
 */
export async function recoverLedger(
  home: Home,
  ledger: SqliteLedger,
  onProgress?: LedgerProgress,
): Promise<Recovery> {
  const connections = new Connections(home)
  const asked = new Map<string, string | null>()
  const sizeBefore = ledger.size
  try {
    // Members that joined after the backup are known only once the first mirror was read.
    for (let party = nextMember(ledger, asked); party !== undefined; party = nextMember(ledger, asked)) {
      asked.set(party.partyId, null)
      const endpoint = { partyId: party.partyId, publicKey: party.signingKey, address: party.address }
      const hello = { protocol: LEDGER_PROTOCOL, parameters: LEDGER_PARAMETERS }
      const mirror = new RemoteLedger({
        anchor: ledger.registry.anchor,
        connect: () => connections.openSession(endpoint, hello),
      })
      try {
        await ledger.recover(mirror, onProgress)
      } catch (error) {
        keepFork(home, error)
        if (!(error instanceof MixunError) || error.code === 'ERR_LEDGER_FORK') throw error
        asked.set(party.partyId, error.code)
      } finally {
        await mirror.close()
      }
    }
  } finally {
    connections.close()
  }
  return {
    entries: ledger.size - sizeBefore,
    asked: [...asked].map(([party, code]) => ({ party, code })),
  }
}

function nextMember(ledger: SqliteLedger, asked: ReadonlyMap<string, unknown>) {
  for (const { partyId, role, status, signingKey, address } of ledger.registry.members()) {
    if (role !== 'association' && status === 'active' && address !== null && !asked.has(partyId)) {
      return { partyId, signingKey, address }
    }
  }
  return undefined
}
