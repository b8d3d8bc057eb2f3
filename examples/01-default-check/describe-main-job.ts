import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SUITE_IDS, type SuiteId } from '@mixun/core/suite'
import type { AnswerJson } from '@mixun/sdk'
import { type Answered, answersFile } from './answers.ts'
import { askAll } from './asking.ts'
import { Consortium } from './consortium.ts'
import type { Points } from './desk-messages.ts'
import { closeDesks, startDesks } from './desks.ts'
import { askedAnew, planInquiries, readSubjects } from './inquiries.ts'
import { ASSOCIATION, FIRMS, type Party, PARTIES, RunFolder } from './parties.ts'
import { inParallel, Processes } from './processes.ts'
import { runVerifier, verifyAllEvidence } from './proofs.ts'
import { flipHex, flipStatus, type MainEnded, recordLine, runMain } from './testing.ts'
import { faultsOf, PHASES, type RunSummary } from './scenario.ts'

/** Minutes rather than seconds: the machine may be busy with other things. */
const PATIENCE_MS = 600_000
const cores = availableParallelism()

interface AnswersFile {
  readonly asOf: string
  readonly inquiries: readonly {
    requestId: string
    idType: string
    idNumber: string
    verdict: string
    missing: readonly { party: string }[]
    records: readonly Readonly<Record<string, string | null>>[]
  }[]
}

/** The whole main job as a program with so many inquiries, and again with a flipped row, in one suite. Takes minutes. */
export function describeMainJob(suite: SuiteId, count: number | 'all'): void {
  const otherSuite = SUITE_IDS.find(id => id !== suite) as SuiteId
  const all = readSubjects()
  const plan = planInquiries(all, count === 'all' ? all.length : count)
  const allPlanned = [...plan.ordinary, ...plan.stopped, ...plan.frozen]
  const subjects = allPlanned.map(({ subject }) => subject)
  // Asked while a firm could not answer, and again when it was back.
  const incomplete = plan.stopped.length + plan.frozen.length
  const answered = subjects.length + incomplete
  describe(`the main job with ${subjects.length} inquiries in suite ${suite}`, () => {
    const scratch = mkdtempSync(join(tmpdir(), 'mixun-example-test-'))
    const folder = join(scratch, 'run')
    let ended: MainEnded
    let summary: RunSummary & { readonly isRight: boolean; readonly timings: Record<string, number> }
    let answers: AnswersFile

    beforeAll(async () => {
      // An answer that is late only because the machine is busy with other tests must not count as missing.
      const options = ['--suite', suite, '--inquiries', String(count), '--answer-timeout', '15']
      ended = await runMain([...options, '--folder', folder, '--json', '--lang', 'en'])
      if (ended.code !== 0) throw new Error(ended.stderr)
      summary = JSON.parse(ended.stdout)
      answers = JSON.parse(readFileSync(summary.answersFile, 'utf8'))
    }, PATIENCE_MS)
    afterAll(() => rmSync(scratch, { recursive: true }))

    test('comes out right', () => {
      expect(ended.stderr).toContain('ALL RIGHT')
      expect(summary.isRight).toBe(true)
      expect(faultsOf(summary)).toEqual([])
      expect(summary.suites).toEqual(Object.fromEntries(PARTIES.map(({ id }) => [id, suite])))
      expect(Object.keys(summary.timings)).toHaveLength(PHASES)
    })

    test('the independent verifier agrees with every answer', () => {
      const { agrees, inquiries } = summary.verifier
      expect(agrees).toBe(true)
      expect(inquiries).toMatchObject({ checked: answered, problems: [], disagreements: [] })
      const found = subjects.filter(({ records }) => records.length > 0).length
      expect(inquiries.verdicts).toEqual({ found, clear: subjects.length - found, incomplete })
    })

    test('every subject has the expected records once all firms can answer', () => {
      const complete = answers.inquiries.filter(({ verdict }) => verdict !== 'incomplete')
      const asked = new Map(
        complete.map(({ idNumber, records }) => [idNumber, records.map(recordLine).toSorted()]),
      )
      const expected = subjects.map(
        ({ idNumber, records }) =>
          [idNumber, records.map(record => recordLine({ ...record })).toSorted()] as const,
      )
      expect(asked).toEqual(new Map(expected))
    })

    test('only answers with a stopped or frozen firm are incomplete, and they name that firm', () => {
      const found = answers.inquiries.filter(({ verdict }) => verdict === 'incomplete')
      const missing = found.map(each => [each.requestId, ...new Set(each.missing.map(part => part.party))])
      const absent = [...plan.stopped, ...plan.frozen].map(each => [each.requestId, each.absent])
      expect(missing).toEqual(absent)
    })

    test('evidence, ledger copies and the opened inquiry hold', () => {
      expect(summary.evidence).toEqual({ verified: answered, failed: [] })
      expect(Object.keys(summary.ledgers).toSorted()).toEqual(PARTIES.map(({ id }) => id).toSorted())
      expect(new Set(Object.values(summary.ledgers).map(({ root }) => root)).size).toBe(1)
      expect(summary.audited).toMatchObject({
        inquirer: plan.ordinary[0]?.inquirer,
        purpose: 'credit-granting',
      })
    })

    test('inquiries cost points, and none stay reserved', () => {
      const { before, after } = summary.points
      for (const { id } of FIRMS) {
        const { available, reserved, spent, earned } = after[id] as Points
        expect({ reserved, available }).toEqual({ reserved: 0, available: earned - spent })
        expect(spent).toBeGreaterThan(0)
        // Attested tables may earn more while inquiries run.
        expect(earned).toBeGreaterThanOrEqual(before[id]?.earned ?? Infinity)
      }
    })

    test('no log, findings file or database holds an identity number', () => {
      expect(summary.canary).toMatchObject({ leaks: [], control: 2 })
      expect(summary.canary.files).toBeGreaterThan(9 + 5 + 4 * 5)
      const ownLog = readFileSync(join(folder, 'logs', 'jia.log'), 'utf8')
      expect(ownLog).toContain('serving')
    })

    test('a run is not right when any part of it is not', () => {
      const wrong: readonly Partial<RunSummary>[] = [
        { verifier: { ...summary.verifier, agrees: false } },
        { wrongCompleteness: ['request'] },
        { suites: { ...summary.suites, yi: otherSuite } },
        { evidence: { verified: answered - 1, failed: [{ requestId: 'request', code: 'ERR_VERIFY_ROW' }] } },
        { evidence: { verified: answered - 1, failed: [] } },
        { ledgers: { ...summary.ledgers, jia: { entries: 1, root: '' } } },
        { canary: { ...summary.canary, leaks: [{ file: 'log', count: 1 }] } },
        { canary: { ...summary.canary, control: 1 } },
      ]
      for (const part of wrong) expect(faultsOf({ ...summary, ...part })).not.toEqual([])
    })

    describe('a flipped row in one export', () => {
      const ding = FIRMS.find(({ id }) => id === 'ding') as Party
      const processes = new Processes({ NODE_COMPILE_CACHE: join(folder, 'compile-cache') })
      const data = join(scratch, 'flipped')
      let consortium: Consortium
      let flippedNumber: string
      let epochs: readonly number[]
      let again: Answered[]

      beforeAll(async () => {
        flippedNumber = flipStatus(data, ding, allPlanned)
        consortium = Consortium.reopen(new RunFolder(folder), processes)
        await consortium.serve(ASSOCIATION.id)
        const { batch } = await consortium.importExport(
          ding,
          join(data, ding.exportFile),
          answers.asOf,
          () => {},
        )
        await consortium.approve(ding.id, batch)
        epochs = (await consortium.publish(ding.id, answers.asOf, () => {})).map(({ epoch }) => epoch)
        await inParallel(FIRMS, cores, ({ id }) => consortium.serve(id))
        const desks = await startDesks(consortium.folder, processes, cores)
        again = await askAll(desks, askedAnew(allPlanned, 'flipped'))
        await closeDesks(desks)
      }, PATIENCE_MS)

      afterAll(async () => {
        await consortium.stopAll().finally(() => processes.killAll())
      })

      test('is published as a new epoch of both classes', () => {
        expect(epochs).toEqual([2, 2])
      })

      test('changes exactly that answer, and in it exactly that record', () => {
        const first = new Map(answers.inquiries.map(each => [each.idNumber, each])) // the complete ones come last
        const { inquiries } = answersFile(answers.asOf, again) as AnswersFile
        const changed = inquiries.flatMap(({ idNumber, verdict, records }) => {
          const before = first.get(idNumber)
          const [lost, gained] = [before?.records ?? [], records].map(each => each.map(recordLine))
          const difference = [
            ...(lost ?? []).filter(each => !gained?.includes(each)).map(each => `-${each}`),
            ...(gained ?? []).filter(each => !lost?.includes(each)).map(each => `+${each}`),
          ]
          const isSame = difference.length === 0 && verdict === before?.verdict
          return isSame ? [] : [{ idNumber, difference }]
        })
        expect(inquiries).toHaveLength(subjects.length)
        expect(changed.map(({ idNumber }) => idNumber)).toEqual([flippedNumber])
        const [removed = '', added = ''] = changed[0]?.difference ?? []
        expect(changed[0]?.difference).toHaveLength(2)
        expect(removed).toMatch(/^-.*ding.*open/)
        expect(added).toBe(removed.replace('-', '+').replace('open', 'disputed'))
      })

      test('the verifier agrees with the flipped export, and no longer with the old one', async () => {
        const file = consortium.folder.writeSecret(
          'again.json',
          JSON.stringify(answersFile(answers.asOf, again)),
        )
        expect((await runVerifier(consortium, file, data)).agrees).toBe(true)
        const { agrees, inquiries } = await runVerifier(consortium, file)
        expect(agrees).toBe(false)
        expect(inquiries.disagreements).toHaveLength(1)
      })

      test('evidence that was tampered with is refused', async () => {
        const [first, second, third] = again as [Answered, Answered, Answered]
        const tampered = (of: Answered, change: (evidence: AnswerJson['evidence']) => object): Answered => ({
          ...of,
          answer: { ...of.answer, evidence: { ...of.answer.evidence, ...change(of.answer.evidence) } },
        })
        const checked = await verifyAllEvidence(
          consortium,
          [
            first,
            tampered(second, evidence => ({
              parties: evidence.parties.map(part => ({ ...part, rows: part.rows.map(flipHex) })),
            })),
            tampered(third, evidence => ({ intentIndex: evidence.intentIndex - 1 })),
          ],
          cores,
        )
        expect(checked.verified).toBe(1)
        expect(checked.failed.map(({ requestId }) => requestId).toSorted()).toEqual(
          [second, third].map(({ answer }) => answer.requestId).toSorted(),
        )
        expect(checked.failed.every(({ code }) => /^ERR_(?!INTERNAL)/.test(code))).toBe(true)
      })
    })
  })
}
