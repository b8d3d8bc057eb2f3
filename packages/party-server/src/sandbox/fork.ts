import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fail, MixunError } from '@mixun/core/errors'
import { suiteById } from '@mixun/core/suite'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import { LEDGER_PARAMETERS, LEDGER_PROTOCOL, RemoteLedger } from '@mixun/ledger-adapter/remote'
import { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { Connections, ledgerAnchor, ledgerVerifiers } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import type { SandboxFolder } from './folder.ts'

/**
 * The association forks its ledger: with its own key it signs a second history, in which the first firm was granted
 * points instead of the tables, and shows it to the last firm alone. That firm shows the checkpoint to `witness`, as
 * members do in every session, and the witness has both.
 *
 * @returns the witness's files of evidence
 * @throws ERR_LEDGER_FORK when the witness had found one before
 */
export async function forkLedger(folder: SandboxFolder, witness: string): Promise<string[]> {
  const deceived = folder.plan.firms.findLast(firm => firm !== witness) as string
  const checkpoint = await secondHistory(folder)
  using home = folder.openHome(deceived)
  await showTo(home, folder, witness, checkpoint)
  return evidenceOf(folder, witness)
}

/** Evidence of forks in a party's home. */
export function evidenceOf(folder: SandboxFolder, party: string): string[] {
  const findings = join(folder.home(party), 'findings')
  if (!existsSync(findings)) return []
  return readdirSync(findings)
    .filter(name => name.startsWith('fork-'))
    .map(name => join(findings, name))
}

/** A signed checkpoint of a ledger that goes on differently from where the backup was made. */
async function secondHistory(folder: SandboxFolder): Promise<string> {
  using home = folder.openHome(folder.plan.association)
  const { origin, suite } = home.anchor()
  const file = join(folder.root, 'backup', 'fork.db')
  copyFileSync(folder.ledgerBackup, file)
  const verifiers = ledgerVerifiers(suiteById(suite))
  const { identity, decryptionKey } = home
  const decryptionKeyOf = (publicKey: Uint8Array) => home.decryptionKeyOf(publicKey)
  const ledger = SqliteLedger.open({ file, identity, decryptionKey, decryptionKeyOf, origin, verifiers })
  try {
    const grant = { partyId: folder.plan.firms[0] as string, amount: 1_000_000, reason: 'drill' as const }
    await ledger.append(signEntry(home.identity, ledger.registry.anchor, 'points-grant', grant))
    return (await ledger.checkpoint()).text
  } finally {
    await ledger.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  }
}

async function showTo(home: Home, folder: SandboxFolder, witness: string, checkpoint: string): Promise<void> {
  const connections = new Connections(home)
  using other = folder.openHome(witness)
  const { identity, config } = other
  const endpoint = {
    partyId: witness,
    publicKey: identity.signingKey.publicKey,
    address: config.listen.advertise,
  }
  const remote = new RemoteLedger({
    anchor: ledgerAnchor(home.anchor()),
    connect: () =>
      connections.openSession(endpoint, {
        protocol: LEDGER_PROTOCOL,
        parameters: LEDGER_PARAMETERS,
        checkpoint,
      }),
  })
  try {
    await remote.checkpoint()
  } catch (error) {
    const isFork = error instanceof MixunError && error.details['peerCode'] === 'ERR_LEDGER_FORK'
    if (isFork) return
    throw error
  } finally {
    await remote.close()
    connections.close()
  }
  fail('ERR_LEDGER_CHECKPOINT', `${witness} did not find the fork`)
}
