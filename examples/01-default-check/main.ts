// The main job of Mixun, end to end: an association and four firms as separate processes on this machine, from their
// CSV exports to answered, recorded and verified inquiries. See --help.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Answered } from './answers.ts'
import { planInquiries, readSubjects } from './inquiries.ts'
import { type Language, type Phrase, say } from './language.ts'
import { HELP, readOptions, UsageError } from './options.ts'
import { RunFolder } from './parties.ts'
import { ProgramFailed, Processes } from './processes.ts'
import { Progress, seconds } from './progress.ts'
import { answersTable, pointsTable } from './report.ts'
import { faultsOf, ledgerCopies, PHASES, type RunSummary, runExample } from './scenario.ts'

/** Answers that the table shows; the others are in the answers file. */
const SHOWN = 40

function makeFolder(asked: string | undefined): RunFolder {
  if (asked === undefined) return new RunFolder(mkdtempSync(join(tmpdir(), 'mixun-example-')))
  const root = resolve(asked)
  mkdirSync(root, { recursive: true, mode: 0o700 })
  if (readdirSync(root).length > 0) throw new UsageError(`--folder: ${root} is not empty`)
  return new RunFolder(root)
}

function printReport(
  progress: Progress,
  language: Language,
  summary: RunSummary,
  answered: readonly Answered[],
): void {
  const shown = [...answered.slice(0, SHOWN - 6), ...answered.slice(SHOWN - 6).slice(-6)]
  const hidden = answered.length - shown.length
  const { verifier, evidence, ledgers, audited, canary } = summary
  const copies = Object.values(ledgers)
  const sizes = [...new Set(copies.map(({ entries }) => entries))]
  const same = ledgerCopies(ledgers).size === 1
  const times = Object.entries(progress.timings).map(([name, time]) => `${name} ${seconds(time)}`)
  const total = Object.values(progress.timings).reduce((sum, time) => sum + time, 0)
  const lines: Phrase[] = [
    [`suite: ${summary.suite}`, `密码套件：${summary.suite}`],
    [
      `answers: ${answered.length}, of which ${hidden} are not shown here; all are in answers.json`,
      `答案：${answered.length} 笔，其中 ${hidden} 笔未在此显示；全部见 answers.json`,
    ],
    [
      `evidence: ${evidence.verified} of ${answered.length} answers verified by other firms`,
      `证据：${answered.length} 笔答案中 ${evidence.verified} 笔经其他机构验证`,
    ],
    [
      `ledger: ${sizes.join(', ')} entries, ${same ? 'the same' : 'NOT the same'} in all ${copies.length} homes`,
      `账本：${sizes.join('、')} 条，${copies.length} 方${same ? '' : '不'}一致`,
    ],
    [
      `audit: entry ${audited.recordedAtIndex} of ${audited.treeSize} is about the person who signed (${audited.inquirer}, ${audited.purpose})`,
      `审计：账本第 ${audited.recordedAtIndex} 条（共 ${audited.treeSize} 条）与授权书一致（${audited.inquirer}，${audited.purpose}）`,
    ],
    [
      `privacy: ${canary.leaks.length} of ${canary.files} logs, findings and databases hold an identity number`,
      `隐私：${canary.files} 个日志、问题清单与数据库文件中，${canary.leaks.length} 个含证件号码`,
    ],
    [
      `verifier: ${verifier.inquiries.checked} answers checked, ${verifier.inquiries.disagreements.length} disagree`,
      `独立验证：核对 ${verifier.inquiries.checked} 笔答案，${verifier.inquiries.disagreements.length} 笔不一致`,
    ],
    [
      `seconds: ${times.join(', ')}; total ${seconds(total)}`,
      `用时（秒）：${times.join('，')}；合计 ${seconds(total)}`,
    ],
    ...faultsOf(summary).map((fault): Phrase => [`NOT RIGHT: ${fault}`, `存在错误：${fault}`]),
  ]
  if (faultsOf(summary).length === 0) lines.push(['ALL RIGHT', '全部正确'])
  const blocks = [
    answersTable(shown, language),
    pointsTable(summary.points.before, summary.points.after, language),
    lines.map(line => say(language, line)),
  ]
  for (const block of blocks) progress.print(`\n${block.join('\n')}`)
}

async function main(args: readonly string[]): Promise<number> {
  const subjects = readSubjects()
  const options = readOptions(args, subjects.length)
  const { language, suite, answerTimeoutMs } = options
  if (options.help) {
    process.stdout.write(say(language, HELP))
    return 0
  }
  const plan = planInquiries(subjects, options.inquiries)
  const folder = makeFolder(options.folder)
  const processes = new Processes({
    MIXUN_LANG: language,
    NODE_COMPILE_CACHE: join(folder.root, 'compile-cache'),
  })
  const progress = new Progress(options.json ? process.stderr : process.stdout, language, PHASES)
  const isKept = options.keep || options.folder !== undefined
  process.once('exit', () => processes.killAll())
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      process.stderr.write(`stopped by ${signal}; everything of this run is in ${folder.root}\n`)
      process.exit(1)
    })
  }
  let isRight = false
  try {
    const cores = Math.max(1, availableParallelism())
    const { summary, answered } = await runExample({
      folder,
      processes,
      progress,
      language,
      suite,
      plan,
      cores,
      answerTimeoutMs,
    })
    isRight = faultsOf(summary).length === 0
    if (options.json) {
      process.stdout.write(
        `${JSON.stringify({ isRight, ...summary, folder: folder.root, timings: progress.timings })}\n`,
      )
    }
    printReport(progress, language, summary, answered)
  } finally {
    processes.killAll()
    if (isRight && !isKept) rmSync(folder.root, { recursive: true })
    else
      progress.note([`everything of this run is in ${folder.root}`, `本次运行的全部文件位于 ${folder.root}`])
  }
  return isRight ? 0 : 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof ProgramFailed
  process.stderr.write(`${error instanceof Error && !isExpected ? error.stack : error}\n`)
  process.exitCode = error instanceof UsageError ? 2 : 1
}
