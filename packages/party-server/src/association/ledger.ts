import { existsSync, readFileSync } from 'node:fs'
import type { ComputePool } from '@mixun/core/compute'
import { suiteById } from '@mixun/core/suite'
import { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { ledgerVerifiers } from '@mixun/sdk/consortium'
import { type Home, writeFileDurably } from '@mixun/sdk/home'

/**
 * The consortium's ledger, in the association's home folder.
 *
 * @param compute verifies the authors of entries that come together; on this thread without it
 * @throws ERR_HOME_ROLE, ERR_LEDGER_…
 */
export function openAssociationLedger(
  home: Home,
  { now = Date.now, compute }: { now?: () => number; compute?: ComputePool } = {},
): SqliteLedger {
  home.requireRole('association')
  const { origin, suite } = home.anchor()
  return SqliteLedger.open({
    file: home.paths.ledger,
    identity: home.identity,
    decryptionKey: home.decryptionKey,
    decryptionKeyOf: publicKey => home.decryptionKeyOf(publicKey),
    origin,
    now,
    verifiers: ledgerVerifiers(suiteById(suite)),
    ...(compute === undefined ? {} : { compute }),
    head: {
      read: () => (existsSync(home.paths.ledgerHead) ? readFileSync(home.paths.ledgerHead, 'utf8') : null),
      write: note => writeFileDurably(home.paths.ledgerHead, note),
    },
  })
}
