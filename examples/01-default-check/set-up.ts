import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SuiteId } from '@mixun/core/suite'
import { Consortium, type Imported, type Published } from './consortium.ts'
import type { Language } from './language.ts'
import { ASSOCIATION, DATA_FOLDER, FIRMS, freePorts, PARTIES, type RunFolder } from './parties.ts'
import { inParallel, type Processes } from './processes.ts'
import { type Progress, seconds } from './progress.ts'
import { nameOf } from './report.ts'

export interface SetUp {
  readonly consortium: Consortium
  /** ISO date that the rules apply to. */
  readonly asOf: string
  readonly imported: Readonly<Record<string, Imported>>
  readonly published: Readonly<Record<string, readonly Published[]>>
}

interface ExpectedImport {
  readonly asOf: string
  readonly files: Readonly<
    Record<string, { rows: number; outcome: Readonly<Record<string, number>>; published: number }>
  >
}

export interface SetUpOptions {
  readonly folder: RunFolder
  readonly processes: Processes
  readonly progress: Progress
  readonly language: Language
  readonly suite: SuiteId
  readonly cores: number
  readonly answerTimeoutMs: number
}

/** From an empty folder to a consortium of five serving parties. @throws ProgramFailed, or when counts differ */
export async function setUp(options: SetUpOptions): Promise<SetUp> {
  const { folder, processes, progress, language, suite, cores, answerTimeoutMs } = options
  const expected = JSON.parse(
    readFileSync(join(DATA_FOLDER, 'expected-import.json'), 'utf8'),
  ) as ExpectedImport

  const consortium = await progress.phase(
    'found',
    ['The association founds the consortium and admits four firms', '协会创建联盟，准入四家机构'],
    async () =>
      Consortium.found({
        folder,
        processes,
        suite,
        ports: await freePorts(PARTIES.length),
        cores,
        answerTimeoutMs,
      }),
  )

  const imported = await progress.phase(
    'import',
    ['Each party imports its own export, as maker', '各方导入自己的违约记录文件（经办）'],
    () =>
      inParallel(PARTIES, cores, async party => {
        const file = join(DATA_FOLDER, party.exportFile)
        const result = await consortium.importExport(party, file, expected.asOf, text =>
          progress.live(party.id, text),
        )
        progress.live(party.id, '')
        requireExpected(party.exportFile, result, expected)
        const { rows, accepted, published } = result
        progress.note([
          `${nameOf(party.id, language)}: ${rows} rows, ${accepted} accepted, ${published} to publish, as expected`,
          `${nameOf(party.id, language)}：${rows} 行，接受 ${accepted}，待发布 ${published}，与预期一致`,
        ])
        return result
      }),
  )

  await progress.phase(
    'approve',
    ['Another operator of each party reviews and approves', '各方由另一名操作员复核并批准'],
    async () => {
      await inParallel(PARTIES, cores, ({ id }, i) => consortium.approve(id, imported[i]?.batch ?? 0))
    },
  )

  const published = await progress.phase(
    'publish',
    ['Tables are sealed and committed to on the ledger', '构建密封表并在账本上承诺'],
    async () => {
      await consortium.serve(ASSOCIATION.id)
      return inParallel(PARTIES, cores, ({ id }) =>
        publish(consortium, id, expected.asOf, progress, language),
      )
    },
  )

  await progress.phase('serve', ['The firms start their daemons', '各机构启动守护进程'], async () => {
    await inParallel(FIRMS, cores, ({ id }) => consortium.serve(id))
  })

  return {
    consortium,
    asOf: expected.asOf,
    imported: byParty(imported),
    published: byParty(published),
  }
}

/** Publishes one party's approved batches, and says so. */
async function publish(
  consortium: Consortium,
  partyId: string,
  asOf: string,
  progress: Progress,
  language: Language,
): Promise<readonly Published[]> {
  const startedAt = performance.now()
  const lines = await consortium.publish(partyId, asOf, text => progress.live(partyId, text))
  progress.live(partyId, '')
  const took = seconds(performance.now() - startedAt)
  for (const { kind, class: className, rows, records, epoch } of lines) {
    progress.note([
      `${nameOf(partyId, language)}: ${kind} of class ${className}, ${records} records in ${rows} rows, epoch ${epoch} (${took} s)`,
      `${nameOf(partyId, language)}：${className} 类${kind === 'table' ? '密封表' : '公开名单'}，${records} 条记录，${rows} 行，第 ${epoch} 期（${took} 秒）`,
    ])
  }
  return lines
}

function byParty<T>(results: readonly T[]): Record<string, T> {
  return Object.fromEntries(PARTIES.map(({ id }, i) => [id, results[i] as T]))
}

function requireExpected(file: string, found: Imported, { files }: ExpectedImport): void {
  const expected = files[file]
  const counts: Record<string, number> = { ...found.rejected, accepted: found.accepted }
  const wanted: Readonly<Record<string, number>> = expected?.outcome ?? {}
  const differences = [...new Set([...Object.keys(counts), ...Object.keys(wanted)])]
    .filter(outcome => (counts[outcome] ?? 0) !== (wanted[outcome] ?? 0))
    .map(outcome => `${outcome} ${counts[outcome] ?? 0} instead of ${wanted[outcome] ?? 0}`)
  if (found.rows !== expected?.rows) differences.push(`rows ${found.rows} instead of ${expected?.rows}`)
  if (found.published !== expected?.published) {
    differences.push(`published ${found.published} instead of ${expected?.published}`)
  }
  if (differences.length > 0) {
    throw new Error(`the import of ${file} differs from expected-import.json: ${differences.join(', ')}`)
  }
}
