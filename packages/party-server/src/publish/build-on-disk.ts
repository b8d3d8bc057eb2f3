import { durabilityPoint } from '@mixun/core/durability'
import { existsSync, rmSync } from 'node:fs'
import type { ComputePool } from '@mixun/core/compute'
import type { RecordClass } from '@mixun/core/domain'
import type { OprfKeyPair } from '@mixun/ot/oprf'
import { buildLargeTable, type LargeTableOptions, type TableCommitment } from '@mixun/ot/sealed-table'
import { FileRuns, TableFile } from '@mixun/ot/table-files'
import type { Home } from '@mixun/sdk/home'
import { openVault } from '@mixun/sdk/store'
import { bookWriter } from './book-files.ts'

/** Subjects from which a table is built in runs on disk: half an hour of work is not to be lost, nor its rows to fill memory. */
export const MIN_SUBJECTS_FOR_RUNS = 65_536

/** The version that a build makes. */
const FIRST_VERSION = 0

/** Where the runs of a table lie until it is made. */
function runsFolder(home: Home, recordClass: RecordClass, epoch: number): string {
  return `${home.paths.table(home.identity.partyId, recordClass, epoch)}.build`
}

/**
 * The key for a table that nobody was committed to yet: that of the build which was cut off, when its runs are here,
 * else a fresh one. What an earlier attempt left is destroyed with its key.
 */
export function keyForBuild(
  home: Home,
  recordClass: RecordClass,
  epoch: number,
  isOnDisk: boolean,
): OprfKeyPair {
  const folder = runsFolder(home, recordClass, epoch)
  if (isOnDisk && existsSync(folder) && home.keys.hasOprfKey(recordClass, epoch)) {
    return home.keys.openOprfKey(recordClass, epoch)
  }
  rmSync(folder, { recursive: true, force: true })
  durabilityPoint('runs/removed', folder)
  home.keys.destroyOprfKey(recordClass, epoch)
  return home.keys.createOprfKey(recordClass, epoch)
}

/** Builds a table in runs, and stores book and table durably; goes on where an earlier attempt was cut off. */
export async function buildOnDisk(
  home: Home,
  recordClass: RecordClass,
  pool: ComputePool,
  options: LargeTableOptions,
): Promise<TableCommitment> {
  const { provider, epoch } = options.id
  const vault = openVault(home)
  const placeOf = (place: string) => `build/${recordClass}/${epoch}/${place}`
  const runs = new FileRuns({
    folder: runsFolder(home, recordClass, epoch),
    seal: (place, bytes) => vault.seal(placeOf(place), bytes),
    open: (place, bytes) => vault.open(placeOf(place), bytes),
  })
  using table = new TableFile(home.paths.table(provider, recordClass, epoch))
  using book = bookWriter(home, recordClass, epoch, FIRST_VERSION)
  const commitment = await buildLargeTable(pool, options, runs, { table, book })
  book.commit()
  table.commit()
  runs.clear()
  return commitment
}
