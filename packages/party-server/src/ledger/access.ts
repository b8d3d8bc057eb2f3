import { toHex } from '@mixun/core/bytes'
import type { Ledger, Registry, StoredEntry } from '@mixun/ledger-adapter/ledger'
import type { LedgerProgress } from '@mixun/ledger-adapter/mirror'
import { Consortium } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { PartyLog } from '../stores/party-log.ts'
import { openAssociationLedger } from '../association/ledger.ts'

/** The ledger and the verified registry of a home, in any role. */
export interface LedgerAccess extends AsyncDisposable {
  readonly ledger: Ledger
  readonly registry: Registry
  /** Up to `limit` entries of the local copy from index `from` on. @throws ERR_INPUT_RANGE */
  entries(from: number, limit: number): StoredEntry[] | Promise<StoredEntry[]>
  /** Recomputes the local copy from the stored bytes. @throws ERR_LEDGER_CORRUPT */
  verify(onProgress?: LedgerProgress): void
  /** Derives all points anew from the local copy's entries. @throws ERR_LEDGER_CORRUPT */
  recomputePoints(): { readonly entries: number; readonly events: number }
}

/** Opens the association's own ledger, or a member's mirror and remote ledger, brought up to date. */
export async function openLedgerAccess(home: Home, onSync?: LedgerProgress): Promise<LedgerAccess> {
  if (home.config.party.role === 'association') {
    const ledger = openAssociationLedger(home)
    return {
      ledger,
      get registry() {
        return ledger.registry
      },
      entries: (from, limit) => ledger.entries(from, limit),
      verify: onProgress => ledger.verify(onProgress),
      recomputePoints: () => ledger.recomputePoints(),
      [Symbol.asyncDispose]: () => ledger.close(),
    }
  }
  const consortium = Consortium.open(home)
  try {
    await consortium.sync(onSync)
    await consortium.cosign()
  } catch (error) {
    await consortium.close()
    throw error
  }
  return {
    ledger: consortium.ledger,
    get registry() {
      return consortium.registry
    },
    entries: (from, limit) => consortium.mirror.entries(from, limit),
    verify: onProgress => consortium.mirror.verify(onProgress),
    recomputePoints: () => consortium.mirror.recomputePoints(),
    [Symbol.asyncDispose]: () => consortium.close(),
  }
}

/** Recomputes everything in this home's copy of the ledger, and its party log. @throws ERR_LEDGER_CORRUPT, ERR_LEDGER_FORK, ERR_PARTY_LOG */
export async function verifyLedger(
  home: Home,
  onProgress: { readonly sync?: LedgerProgress; readonly verify?: LedgerProgress } = {},
): Promise<{ size: number; root: string }> {
  await using access = await openLedgerAccess(home, onProgress.sync)
  access.verify(onProgress.verify)
  using log = new PartyLog(home.paths.partyLog, undefined, home.identity.suite)
  log.verify(access.registry.partyLog(home.identity.partyId) ?? null)
  const { size, root } = await access.ledger.checkpoint()
  return { size, root: toHex(root) }
}
