import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answered } from './answers.ts'
import type { Consortium } from './consortium.ts'
import { consentDocument } from './inquiries.ts'
import { ASSOCIATION, CHECKER, DATA_FOLDER, FIRMS, PARTIES } from './parties.ts'
import { inParallel } from './processes.ts'

const EVIDENCE_CHECK = join(import.meta.dirname, 'evidence-check.ts')
const VERIFIER = join(import.meta.dirname, 'verifier', 'main.ts')

export interface EvidenceChecked {
  readonly verified: number
  readonly failed: readonly { readonly requestId: string; readonly code: string }[]
}

/** Has the evidence of every answer verified in the home of a firm that did not ask: Yi's, and Jia's for Yi's own. */
export async function verifyAllEvidence(
  consortium: Consortium,
  answered: readonly Answered[],
  cores: number,
): Promise<EvidenceChecked> {
  const [first, second] = FIRMS.map(({ id }) => id) as [string, string]
  const checks = await inParallel([first, second], cores, async checker => {
    const others = answered.filter(({ planned }) => (planned.inquirer === first) === (checker === second))
    const items = others.map(({ answer }) => ({ requestId: answer.requestId, evidence: answer.evidence }))
    const { stdout } = await consortium.processes.run(
      {
        name: `evidence check (${checker})`,
        file: EVIDENCE_CHECK,
        arguments: ['--home', consortium.folder.home(checker)],
        environment: consortium.folder.environment(checker),
      },
      { input: JSON.stringify(items) },
    )
    return JSON.parse(stdout) as EvidenceChecked
  })
  return {
    verified: checks.reduce((sum, check) => sum + check.verified, 0),
    failed: checks.flatMap(check => check.failed),
  }
}

/** What `mixun verify-ledger` found in one home. */
export interface LedgerVerified {
  readonly entries: number
  readonly root: string
}

/** How often the copies are compared when the ledger grows meanwhile: its duties let the association append, too. */
const COMPARISONS = 5

/** Has every party verify its copy of the ledger. Firms must have stopped serving: what serves, appends. */
export async function verifyAllLedgers(
  consortium: Consortium,
  cores: number,
): Promise<Record<string, LedgerVerified>> {
  for (let comparison = 1; ; comparison++) {
    const verified = await inParallel(PARTIES, cores, ({ id }) =>
      consortium.mixun<LedgerVerified>(id, ['verify-ledger']),
    )
    const sizes = new Set(verified.map(({ entries }) => entries))
    if (sizes.size === 1 || comparison === COMPARISONS)
      return Object.fromEntries(PARTIES.map(({ id }, i) => [id, verified[i] as LedgerVerified]))
  }
}

/** What the auditor may rely on, as `mixun audit-inquiry` prints it. */
export interface Audited {
  readonly inquirer: string
  readonly purpose: string
  readonly recordedAtIndex: number
  readonly treeSize: number
}

/** The inquirer opens one inquiry to the association, which checks it against the ledger and the consent document. */
export async function auditInquiry(consortium: Consortium, { planned }: Answered): Promise<Audited> {
  const { folder } = consortium
  const opening = folder.exchange(`${planned.requestId}-opening.json`)
  const document = folder.exchange(`${planned.requestId}-consent.txt`)
  writeFileSync(document, consentDocument(planned), { mode: 0o600 })
  await consortium.mixun(planned.inquirer, [
    'open-inquiry',
    planned.requestId,
    '--operator',
    CHECKER,
    '--out',
    opening,
  ])
  return consortium.mixun<Audited>(ASSOCIATION.id, ['audit-inquiry', opening, '--document', document])
}

/** The part of the verifier's report that the example shows; see verifier/report.ts. */
export interface VerifierReport {
  readonly agrees: boolean
  readonly inquiries: {
    readonly checked: number
    readonly verdicts: Readonly<Record<string, number>>
    readonly problems: readonly string[]
    readonly disagreements: readonly object[]
  }
}

/** Runs the independent verifier on an answers file. @throws ProgramFailed when it cannot read its input */
export async function runVerifier(
  consortium: Consortium,
  answersFile: string,
  dataFolder = DATA_FOLDER,
): Promise<VerifierReport> {
  const { stdout } = await consortium.processes.run(
    {
      name: 'verifier',
      file: VERIFIER,
      arguments: ['--data', dataFolder, '--answers', answersFile, '--json'],
    },
    { accepted: [0, 1] },
  )
  return JSON.parse(stdout) as VerifierReport
}
