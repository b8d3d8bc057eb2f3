import { copyFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { verifyFork } from '@mixun/ledger-adapter/checkpoint'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { Consortium, ledgerVerifiers } from '@mixun/sdk/consortium'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { serveOtherLedger } from '../testing/impostor.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

let consortium: TestConsortium
/** The ledger's file before the last entries that the firms have verified. */
let backup: string

beforeEach(async () => {
  consortium = await TestConsortium.found({ firms: { jia: null, yi: null } })
  const { association } = consortium
  await association.stop()
  backup = join(consortium.root, 'backup.db')
  copyFileSync(association.home.paths.ledger, backup)
  await association.start()
  await consortium.grant('jia', 10)
  await consortium.grant('yi', 10)
  for (const firm of ['jia', 'yi']) await codeOfSync(firm)
  await association.stop()
})
afterEach(() => consortium[Symbol.asyncDispose]())

/** Serves the backup with so many other entries at the association's door, while `action` runs. */
async function withOtherHistory(entries: number, action: () => Promise<void>): Promise<void> {
  const { home } = consortium.association
  const { identity, decryptionKey } = home
  const { origin } = home.anchor()
  const file = join(consortium.root, `other-${entries}.db`)
  copyFileSync(backup, file)
  const ledger = SqliteLedger.open({
    file,
    identity,
    decryptionKey,
    origin,
    verifiers: ledgerVerifiers(identity.suite),
  })
  for (let i = 0; i < entries; i++) {
    const grant = { partyId: 'jia', amount: 1_000 + i, reason: 'drill' as const }
    await ledger.append(signEntry(identity, ledger.registry.anchor, 'points-grant', grant))
  }
  const server = await serveOtherLedger(consortium.association, ledger)
  try {
    await action()
  } finally {
    await server.close()
    await ledger.close()
  }
}

async function codeOfSync(firm: string): Promise<string> {
  const member = Consortium.open(consortium.firm(firm).home)
  try {
    await member.sync()
    return 'none'
  } catch (error) {
    return String((error as { code?: string }).code)
  } finally {
    await member.close()
  }
}

/** What the one file of evidence in a firm's home says. */
function evidenceIn(firm: string) {
  const folder = join(consortium.firm(firm).home.root, 'findings')
  const files = readdirSync(folder).filter(name => name.startsWith('fork-'))
  expect(files).toHaveLength(1)
  const { code, ...details } = JSON.parse(readFileSync(join(folder, String(files[0])), 'utf8'))
  expect(code).toBe('ERR_LEDGER_FORK')
  return details
}

function log() {
  const { identity, anchor } = {
    identity: consortium.association.home.identity,
    anchor: consortium.association.home.anchor(),
  }
  return { name: anchor.origin, suite: identity.suite, publicKey: identity.signingKey.publicKey }
}

it.each([2, 3, 9])(
  'a split view of %i entries leaves evidence that any stranger verifies, and stops the home',
  async entries => {
    await withOtherHistory(entries, async () => {
      expect(await codeOfSync('jia')).toBe('ERR_LEDGER_FORK')
      const evidence = evidenceIn('jia')
      expect(evidence.reason).toBe('inconsistent')
      verifyFork(log(), evidence)
      // Another process of the home does not ask that ledger again.
      await expectCodeAsync('ERR_LEDGER_FORK', (async () => Consortium.open(consortium.firm('jia').home))())
    })
  },
)

it('within one process, where the driver of the ledger finds the fork before the mirror', async () => {
  const { association } = consortium
  await association.start()
  const member = Consortium.open(consortium.firm('jia').home)
  await member.sync()
  await association.stop()
  await withOtherHistory(7, async () => {
    await expectCodeAsync('ERR_LEDGER_FORK', member.sync())
    verifyFork(log(), evidenceIn('jia'))
    await expectCodeAsync('ERR_LEDGER_FORK', member.sync())
  })
  await member.close()
})

it('a smaller tree of another history is a fork, one of this history a rollback, which stops nobody', async () => {
  await withOtherHistory(1, async () => {
    expect(await codeOfSync('jia')).toBe('ERR_LEDGER_FORK')
    verifyFork(log(), evidenceIn('jia'))
  })
  await withOtherHistory(0, async () => {
    expect(await codeOfSync('yi')).toBe('ERR_LEDGER_FORK')
    const evidence = evidenceIn('yi')
    expect(evidence.reason).toBe('rollback')
    expectCode('ERR_VERIFY_ROOT', () => verifyFork(log(), evidence))
  })
  await consortium.association.start()
  expect(await codeOfSync('yi')).toBe('none')
})
