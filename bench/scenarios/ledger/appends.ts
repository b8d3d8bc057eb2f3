import { join } from 'node:path'
import { entryCodec, type LedgerEntry } from '@mixun/ledger-adapter/ledger'
import { type Measurement, measurement } from '../../harness/result.ts'
import { timeEach } from '../../harness/timing.ts'
import { BARE_SQLITE, BareTable } from './bare-sqlite.ts'
import type { MadeConsortium } from './made-ledger.ts'

const RECOMPUTATIONS = 5

export interface AppendOptions {
  readonly folder: string
  readonly singles: number
  readonly batches: number
  readonly batch: number
  readonly inquiries: number
}

/** Appends of each kind, one by one and in batches, beside bare inserts of the same bytes. */
export async function measureAppends(
  consortium: MadeConsortium,
  { folder, singles, batches, batch, inquiries }: AppendOptions,
): Promise<Measurement[]> {
  const ledger = consortium.open(join(folder, 'appends.db'))
  await ledger.appendMany(consortium.opening())
  using bare = new BareTable(join(folder, 'bare.db'))
  const consents = (count: number) => Array.from({ length: count }, () => consortium.consent())

  // The reference takes its turn after every entry, so that a busy disk hits both.
  const bareSingles: number[] = []
  const prepareOne = () => {
    const entry = consortium.consent()
    bareSingles.push(timeInsert(bare, [entry]))
    return entry
  }
  const single = await timeEach(singles, prepareOne, entry => ledger.append(entry))
  const bareBatches: number[] = []
  const prepareBatch = () => {
    const entries = consents(batch)
    bareBatches.push(timeInsert(bare, entries))
    return entries
  }
  const batched = await timeEach(batches, prepareBatch, entries => ledger.appendMany(entries))
  const made = Array.from({ length: inquiries }, () => consortium.inquiry())
  for (const { consent } of made) await ledger.append(consent)
  const append = (entry: LedgerEntry) => ledger.append(entry)
  const intents = await timeEach(inquiries, i => made[i]?.intent as LedgerEntry, append)
  const outcomes = await timeEach(inquiries, i => made[i]?.outcome as LedgerEntry, append)
  const recomputed = await timeEach(
    RECOMPUTATIONS,
    () => ledger,
    async each => each.recomputePoints(),
  )
  const { entries: scanned } = ledger.recomputePoints()
  await ledger.close()

  const group = 'appends with full sync'
  const rate = (ms: number) => (batch * 1_000) / ms
  const bytes = Object.entries(made[0] ?? {}).map(([kind, entry]) =>
    measurement(group, `${kind} entry`, 'bytes', [entryCodec.encode(entry).length]),
  )
  return [
    measurement(group, 'consent, one by one', 'ms', single),
    measurement(group, 'consent, one by one', 'ms', bareSingles, BARE_SQLITE),
    measurement(
      group,
      'consent, one by one',
      'entries/s',
      single.map(ms => 1_000 / ms),
    ),
    measurement(
      group,
      'consent, one by one',
      'entries/s',
      bareSingles.map(ms => 1_000 / ms),
      BARE_SQLITE,
    ),
    measurement(group, `consent, ${batch} at a time`, 'entries/s', batched.map(rate)),
    measurement(group, `consent, ${batch} at a time`, 'entries/s', bareBatches.map(rate), BARE_SQLITE),
    measurement(group, 'intent, one by one', 'ms', intents),
    measurement(group, 'outcome of 4 providers, one by one', 'ms', outcomes),
    measurement(
      group,
      'points recomputed from the entries',
      'entries/s',
      recomputed.map(ms => (scanned * 1_000) / ms),
    ),
    ...bytes,
  ]
}

function timeInsert(bare: BareTable, entries: readonly LedgerEntry[]): number {
  const bytes = entries.map(entry => entryCodec.encode(entry))
  const start = performance.now()
  bare.insert(bytes)
  return performance.now() - start
}
