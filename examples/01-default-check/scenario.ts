import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SuiteId } from '@mixun/core/suite'
import { type Answered, answersFile, wrongCompleteness } from './answers.ts'
import { askAll, askWhileFrozen, askWhileStopped } from './asking.ts'
import { collectNeedles, findLeaks, type Leak, searchedFiles } from './canary.ts'
import type { Consortium, Imported, Published } from './consortium.ts'
import type { Points } from './desk-messages.ts'
import { closeDesks, type Desks, startDesks } from './desks.ts'
import { FROZEN, type Plan, STOPPED } from './inquiries.ts'
import type { Language } from './language.ts'
import { DATA_FOLDER, PARTIES, type RunFolder } from './parties.ts'
import type { Processes } from './processes.ts'
import type { Progress } from './progress.ts'
import {
  type Audited,
  auditInquiry,
  type EvidenceChecked,
  type LedgerVerified,
  runVerifier,
  type VerifierReport,
  verifyAllEvidence,
  verifyAllLedgers,
} from './proofs.ts'
import { nameOf } from './report.ts'
import { setUp } from './set-up.ts'

/** What came of a run. */
export interface RunSummary {
  /** What the run was asked to use. */
  readonly suite: SuiteId
  /** What each party's trust anchor says. */
  readonly suites: Readonly<Record<string, string>>
  readonly imported: Readonly<Record<string, Imported>>
  readonly published: Readonly<Record<string, readonly Published[]>>
  /** Request ids of answers that are incomplete without cause, or complete in spite of one. */
  readonly wrongCompleteness: readonly string[]
  readonly points: Readonly<Record<'before' | 'after', Readonly<Record<string, Points>>>>
  readonly evidence: EvidenceChecked
  readonly ledgers: Readonly<Record<string, LedgerVerified>>
  readonly audited: Audited
  readonly canary: { readonly files: number; readonly leaks: readonly Leak[]; readonly control: number }
  readonly verifier: VerifierReport
  readonly answersFile: string
}

export interface RunOptions {
  readonly folder: RunFolder
  readonly processes: Processes
  readonly progress: Progress
  readonly language: Language
  readonly suite: SuiteId
  readonly plan: Plan
  /** Programs that work at a time. */
  readonly cores: number
  /** How long a firm may take to answer. */
  readonly answerTimeoutMs: number
}

export const PHASES = 8

/** Files in which the search for identity numbers must find some: the answers and an export. */
const CONTROL_FILES = 2

/** The whole example, from an empty folder to a verified answers file; all programs have ended when it returns. */
export async function runExample(
  options: RunOptions,
): Promise<{ summary: RunSummary; answered: Answered[] }> {
  const { folder, processes, progress, language, suite, plan, cores } = options
  const { consortium, asOf, imported, published } = await setUp(options)

  const asked = await progress.phase(
    'ask',
    [
      'Risk desks ask about investors; then with one firm stopped, and with one frozen',
      '各机构查询投资者；随后停止一家、冻结一家',
    ],
    async () => {
      const desks = await startDesks(folder, processes, cores)
      const before = await allPoints(desks)
      const answered = await askEverything(consortium, desks, plan, progress, language)
      const after = await allPoints(desks)
      await closeDesks(desks)
      return { answered, points: { before, after } }
    },
  )
  const { answered, points } = asked

  const proofs = await progress.phase(
    'prove',
    ['Evidence, every ledger copy and one opened inquiry are verified', '验证证据、各方账本，并审计一笔查询'],
    async () => {
      const evidence = await verifyAllEvidence(consortium, answered, cores)
      const audited = await auditInquiry(consortium, answered[0] as Answered)
      await consortium.stopFirms()
      const ledgers = await verifyAllLedgers(consortium, cores)
      await consortium.stopAll()
      return { evidence, ledgers, audited }
    },
  )

  const file = folder.writeSecret('answers.json', JSON.stringify(answersFile(asOf, answered)))
  const checks = await progress.phase(
    'verify',
    [
      'An independent verifier reads the exports and judges the answers',
      '独立验证程序读取原始文件并核对答案',
    ],
    async () => {
      const verifier = await runVerifier(consortium, file)
      const needles = collectNeedles(answered.map(({ planned }) => planned.subject))
      const files = searchedFiles(folder)
      const control = findLeaks([file, join(DATA_FOLDER, 'jia.csv')], needles).length
      return { verifier, canary: { files: files.length, leaks: findLeaks(files, needles), control } }
    },
  )

  const completeness = wrongCompleteness(answered)
  const suites = anchoredSuites(folder)
  const summary = {
    suite,
    suites,
    imported,
    published,
    wrongCompleteness: completeness,
    points,
    ...proofs,
    ...checks,
  }
  return { summary: { ...summary, answersFile: file }, answered }
}

function anchoredSuites(folder: RunFolder): Record<string, string> {
  const suiteOf = (partyId: string): string =>
    JSON.parse(readFileSync(join(folder.home(partyId), 'consortium.json'), 'utf8')).suite
  return Object.fromEntries(PARTIES.map(({ id }) => [id, suiteOf(id)]))
}

/** The different ledgers that the parties hold: one, when all is well. */
export function ledgerCopies(ledgers: RunSummary['ledgers']): Set<string> {
  return new Set(Object.values(ledgers).map(({ entries, root }) => `${entries} ${root}`))
}

/** Why a run is not right; nothing when it is. */
export function faultsOf(summary: RunSummary): string[] {
  const { suite, suites, verifier, wrongCompleteness, evidence, ledgers, canary } = summary
  const faults: readonly (readonly [boolean, string])[] = [
    [Object.values(suites).some(each => each !== suite), `not all parties are in suite ${suite}`],
    [!verifier.agrees, 'the verifier disagrees'],
    [wrongCompleteness.length > 0, `wrongly complete or incomplete: ${wrongCompleteness.join(', ')}`],
    [
      evidence.failed.length > 0,
      `evidence refused: ${evidence.failed.map(each => each.requestId).join(', ')}`,
    ],
    [evidence.verified !== verifier.inquiries.checked, 'not every answer has its evidence verified'],
    [ledgerCopies(ledgers).size !== 1, 'the parties hold different ledgers'],
    [canary.leaks.length > 0, `identity numbers in ${canary.leaks.map(leak => leak.file).join(', ')}`],
    [canary.control !== CONTROL_FILES, 'the search for identity numbers does not find those that are there'],
  ]
  return faults.flatMap(([isFault, fault]) => (isFault ? [fault] : []))
}

async function askEverything(
  consortium: Consortium,
  desks: Desks,
  plan: Plan,
  progress: Progress,
  language: Language,
): Promise<Answered[]> {
  const { ordinary } = plan
  const answered = await askAll(desks, ordinary, done =>
    progress.live('answers', `${done}/${ordinary.length}`),
  )
  progress.note([`${answered.length} inquiries answered`, `已回答 ${answered.length} 笔查询`])
  const [stopped, frozen] = [STOPPED, FROZEN].map(id => nameOf(id, language))
  progress.note([`${stopped} is stopped`, `停止${stopped}`])
  answered.push(...(await askWhileStopped(consortium, desks, plan)))
  progress.note([
    `${stopped} was started again and the same was asked anew; ${frozen} was frozen`,
    `${stopped}已重启并重新查询；冻结${frozen}`,
  ])
  answered.push(...(await askWhileFrozen(consortium, desks, plan)))
  return answered
}

async function allPoints(desks: Desks): Promise<Record<string, Points>> {
  const entries = [...desks].map(async ([firm, desk]) => [firm, await desk.points()] as const)
  return Object.fromEntries(await Promise.all(entries))
}
