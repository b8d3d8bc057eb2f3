import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Suite, suiteById } from '@mixun/core/suite'
import { type Measurement, OWN_SIDE } from '../../harness/result.ts'
import { inSuite, scenario } from '../../harness/scenario.ts'
import { measureAppends } from './appends.ts'
import { measureBatches, UNVERIFIED } from './batches.ts'
import { BARE_SQLITE } from './bare-sqlite.ts'
import { measureLargeTree } from './large-tree.ts'
import { MadeConsortium } from './made-ledger.ts'
import { measureMirrors } from './mirrors.ts'
import { measureProofs } from './proofs.ts'
import { measureRemote } from './remote.ts'

const PROVIDERS = 4

/** What the association's ledger takes in, proves and hands out, and what a member pays to verify it. */
export const ledger = scenario({
  name: 'ledger',
  summary: 'appends, checkpoints, proofs, mirrors and the remote ledger',
  settings: {
    singles: { text: 'entries appended one by one', standard: 500, quick: 5 },
    batches: { text: 'transactions of many entries', standard: 20, quick: 2 },
    batch: { text: 'entries in each of them', standard: 100, quick: 5 },
    largeBatches: { text: 'transactions of many more', standard: 20, quick: 2 },
    largeBatch: { text: 'entries in each of these', standard: 1_000, quick: 20 },
    treeLeaves: { text: 'leaves of the large tree', standard: 10_000_000, quick: 1_000 },
    inquiries: { text: 'whole inquiries appended and mirrored', standard: 100, quick: 2 },
    consents: { text: 'consents mirrored', standard: 3_000, quick: 20 },
    smallEntries: { text: 'first size of the growing ledger', standard: 10_000, quick: 100 },
    largeEntries: { text: 'second size of the growing ledger', standard: 100_000, quick: 200 },
    proofs: { text: 'checkpoints and proofs at each size', standard: 200, quick: 3 },
    requests: { text: 'requests of each kind to the remote ledger', standard: 200, quick: 3 },
    remoteEntries: { text: 'entries appended to the remote ledger at once', standard: 1_000, quick: 20 },
  },
  isBySuite: true,
  async run({ settings, suites, progress }) {
    const measurements: Measurement[] = []
    for (const id of suites) {
      const tell = (text: string) => progress(`suite ${id}: ${text}`)
      measurements.push(...inSuite(id, await measureLedger(suiteById(id), settings, tell)))
    }
    return {
      measurements,
      sides: {
        [OWN_SIDE]: 'this repository, @mixun/ledger-adapter with the verifiers of @mixun/sdk',
        [UNVERIFIED]:
          'the same with signatures taken as good, to show what is left without them; no way to use it',
        [BARE_SQLITE]: 'the same bytes into one table, write-ahead log synced at every commit, no checks',
      },
      notes: [
        'Every entry is signed and judged as in use: authors, consents, proofs of T, evaluation receipts, points.',
        'An append is durable before it counts: its time is mostly that of the disk under the temporary folder.',
        `An intent asks ${PROVIDERS} providers; its outcome holds ${PROVIDERS} evaluation receipts.`,
      ],
    }
  },
})

type LedgerSettings = Readonly<
  Record<'singles' | 'batches' | 'batch' | 'inquiries' | 'consents' | 'proofs' | 'requests', number> &
    Record<'largeBatches' | 'largeBatch' | 'treeLeaves', number> &
    Record<'smallEntries' | 'largeEntries' | 'remoteEntries', number>
>

async function measureLedger(
  suite: Suite,
  settings: LedgerSettings,
  progress: (text: string) => void,
): Promise<Measurement[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-bench-ledger-'))
  const { singles, batches, batch, inquiries, consents, proofs, requests, remoteEntries } = settings
  const sizes = [settings.smallEntries, settings.largeEntries]
  try {
    progress('making providers with tables')
    const consortium = new MadeConsortium(suite, PROVIDERS)
    progress('appends')
    const appends = await measureAppends(consortium, { folder, singles, batches, batch, inquiries })
    progress('large transactions')
    const { largeBatches, largeBatch, treeLeaves } = settings
    const large = await measureBatches(suite, { folder, batches: largeBatches, batch: largeBatch })
    progress(`a tree of ${treeLeaves} leaves`)
    const tree = await measureLargeTree(suite, { folder, leaves: treeLeaves, proofs })
    progress('mirrors')
    const mirrors = await measureMirrors(consortium, { folder, consents, inquiries, repetitions: 3 })
    const growing = await measureProofs(consortium, { folder, sizes, proofs, progress })
    progress('remote ledger')
    const remote = await measureRemote({ suite, requests, entries: remoteEntries })
    return [...appends, ...large, ...tree, ...growing, ...mirrors, ...remote]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
