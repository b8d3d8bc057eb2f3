import { createReadStream, renameSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { toHex } from '@mixun/core/bytes'
import { chinaDateOf, type IsoDate } from '@mixun/core/domain'
import { durabilityPoint } from '@mixun/core/durability'
import { type Home, syncFolder } from '@mixun/sdk/home'
import { openVault } from '@mixun/sdk/store'
import { localPolicy } from '../ledger/local-policy.ts'
import { loadProfile } from '../profiles/index.ts'
import { importRows, type ImportSummary } from '../records/index.ts'
import { openBatches } from './open.ts'
import { reportedBefore } from './reported-before.ts'

/** What a maker imports. */
export interface BatchImport {
  /** Path of the export. */
  readonly file: string
  /** Name of a built-in profile, or path of a `.toml` file. */
  readonly profile: string
  readonly maker: string
  /** The day that the rules apply to. */
  readonly asOf: IsoDate
  readonly onProgress?: (rows: number, bytes: number, totalBytes: number) => void
}

/** A batch that waits for its checker. */
export type ImportedBatch = Pick<ImportSummary, 'rows' | 'accepted' | 'published' | 'late' | 'rejected'> & {
  readonly batch: number
  /** File with a line for each rejected or late row. */
  readonly findings: string
}

/**
 * Imports an export of default records into a new batch, with its file of findings: both, or nothing.
 *
 * @throws ERR_IMPORT_…, ERR_DISK_FULL
 */
export async function importBatch(home: Home, request: BatchImport): Promise<ImportedBatch> {
  const { file, maker, asOf, onProgress = () => {} } = request
  const profile = await loadProfile(request.profile)
  const policy = await localPolicy(home)
  const vault = openVault(home)
  using batches = openBatches(home)
  const isKnown = policy.calendar === null ? () => false : reportedBefore(home.identity.suite, batches)
  const batch = batches.begin({
    fileName: basename(file),
    profile: request.profile,
    asOf,
    maker,
    isFull: profile.export === 'full',
  })
  const findingsFile = home.paths.findings(batch.id)
  const temporary = `${findingsFile}.${process.pid}.tmp`
  const findings = await open(temporary, 'w', 0o600)
  let isKept = false
  try {
    await findings.write('row,line,field,reason\n')
    const totalBytes = statSync(file).size
    const summary = await importRows(profile, createReadStream(file), {
      asOf,
      saltOf: digest => vault.index('source-salt', digest),
      reporter: home.identity.partyId,
      suite: home.identity.suite,
      policy,
      reportedOn: chinaDateOf(Date.now()),
      isKnown,
      onAccepted: ({ dataRow, published, imported }) => batch.add(dataRow, published, imported),
      onFinding: async ({ dataRow, line, field, reason }) => {
        await findings.write(`${dataRow},${line},${field},${reason}\n`)
      },
      onProgress: ({ rows, bytes }) => onProgress(rows, bytes, totalBytes),
    })
    await findings.sync()
    durabilityPoint('file/synced', findingsFile)
    renameSync(temporary, findingsFile)
    durabilityPoint('file/renamed', findingsFile)
    // Before the commit: a batch that is there has its findings.
    syncFolder(dirname(findingsFile))
    const { rows, accepted, published, late, rejected } = summary
    batch.commit(toHex(summary.fileDigest), { rows, accepted, published, late, rejected })
    isKept = true
    return { batch: batch.id, rows, accepted, published, late, rejected, findings: findingsFile }
  } finally {
    // Before the rollback, which lets another import have this batch's number.
    if (!isKept) for (const left of [temporary, findingsFile]) rmSync(left, { force: true })
    batch.rollback()
    await findings.close()
  }
}
