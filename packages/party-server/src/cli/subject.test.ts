import { expect, it } from 'vitest'
import { consentOf } from '../testing/clients.ts'
import { codeIn, runProcess, runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { CHECKER } from '../testing/records.ts'
import { purge } from './verbs/purge.ts'
import { subject } from './verbs/subject.ts'

it('reports to a person who asked about him, when, why and with which consent, and what was published', async () => {
  const person = investor(1)
  const kind = 'contract-due-not-repaid'
  await using consortium = await TestConsortium.found({
    firms: { jia: [{ subject: person, kind }], yi: [{ subject: person, kind }] },
  })
  const { root } = consortium.firm('jia')
  await using mixun = await consortium.firm('jia').client()
  const consent = await consentOf(mixun, person)
  const begun = Date.now()
  await mixun.checkDefaults(person, { consent, requestId: 'r-1', operator: 'li.na' })
  await mixun.checkDefaults(investor(2), { consent: await consentOf(mixun, investor(2)), requestId: 'r-2' })
  const inquiry = { requestId: 'r-1', consentId: consent, operator: 'li.na', purpose: 'credit-granting' }
  const report = mixun.subjectReport(person)
  expect(report.inquiries).toMatchObject([{ ...inquiry, verdict: 'found', answerDigest: null }])
  expect(report.inquiries[0]?.askedAt).toBeGreaterThanOrEqual(begun)
  expect(report.consents).toMatchObject([
    { consentId: consent, classes: ['A', 'B', 'C'], isWithdrawn: false },
  ])
  expect(report.published).toMatchObject([{ kind, reporter: 'jia' }])
  expect(mixun.subjectReport(investor(3))).toEqual({ consents: [], inquiries: [], published: [] })

  const args = ['--operator', CHECKER, '--home', root, '--json']
  const { stdout } = await runProcess(['subject', 'report', ...args], { input: person.reveal() })
  expect(JSON.parse(stdout)).toMatchObject({ inquiries: [inquiry], published: [{ kind }] })
  expect(codeIn(await runVerb(subject, ['delete', ...args]))).toBe('ERR_INPUT_RANGE')

  const dry = await runVerb(purge, ['--dry-run', ...args])
  expect(JSON.parse(dry.stdout)).toEqual({ answers: 0, evaluations: 0, cutOff: 0, dryRun: true })
  expect(mixun.purge()).toEqual({ answers: 0, evaluations: 0, cutOff: 0 })
})
