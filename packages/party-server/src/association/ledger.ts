import { existsSync, readFileSync } from 'node:fs'
import { suiteById } from '@mixun/core/suite'
import { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { ledgerVerifiers } from '@mixun/sdk/consortium'
import { type Home, writeFileDurably } from '@mixun/sdk/home'

/** The consortium's ledger, in the association's home folder. @throws ERR_HOME_ROLE, ERR_LEDGER_… */
export function openAssociationLedger(home: Home): SqliteLedger {
  home.requireRole('association')
  const { origin, suite } = home.anchor()
  return SqliteLedger.open({
    file: home.paths.ledger,
    identity: home.identity,
    decryptionKey: home.decryptionKey,
    origin,
    verifiers: ledgerVerifiers(suiteById(suite)),
    head: {
      read: () => (existsSync(home.paths.ledgerHead) ? readFileSync(home.paths.ledgerHead, 'utf8') : null),
      write: note => writeFileDurably(home.paths.ledgerHead, note),
    },
  })
}
