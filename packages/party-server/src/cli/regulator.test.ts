import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expectCodeAsync } from '@mixun/core/testing'
import { BUILT_IN_AUDIT_RULES } from '@mixun/ledger-adapter/policy'
import { Mixun } from '@mixun/sdk'
import { Home } from '@mixun/sdk/home'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { recordRule } from '../association/rules.ts'
import { consentOf, DOCUMENT } from '../testing/clients.ts'
import { freePort } from '../testing/free-port.ts'
import { CHECKER } from '../testing/records.ts'
import { codeIn, runProcess, runVerb, startProcess } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'
import { admit } from './verbs/admit.ts'
import { auditDecide } from './verbs/audit-decide.ts'
import { auditSample } from './verbs/audit-sample.ts'
import { doctor } from './verbs/doctor.ts'
import { importExport } from './verbs/import.ts'
import { init } from './verbs/init.ts'
import { inquiries } from './verbs/inquiries.ts'
import { join as joinConsortium } from './verbs/join.ts'
import { publish } from './verbs/publish.ts'
import { rotateKey } from './verbs/rotate-key.ts'
import { verifyLedger } from './verbs/verify-ledger.ts'

const person = investor(1)
const WAIT = { timeout: 30_000, interval: 200 }
const { version: _, ...RULES } = BUILT_IN_AUDIT_RULES

describe.each(SUITES_OF_RUN)('a regulator, in suite %s', suite => {
  let consortium: TestConsortium
  let folder: string
  let mixun: Mixun
  let daemon: ReturnType<typeof startProcess>
  const file = (name: string) => join(folder, name)
  const home = () => ['--home', file('bureau'), '--json']

  beforeAll(async () => {
    const kind = 'contract-due-not-repaid'
    consortium = await TestConsortium.found({ suite, firms: { jia: [], yi: [{ subject: person, kind }] } })
    folder = mkdtempSync(join(tmpdir(), 'mixun-regulator-'))
    writeFileSync(file('signed.pdf'), DOCUMENT)
    mixun = await consortium.firm('jia').client()
    await recordRule(consortium.association.home, 'audit-rules', { ...RULES, samplePerMillion: 1_000_000 })
  })
  afterAll(async () => {
    daemon.kill('SIGTERM')
    await once(daemon, 'close')
    await mixun.close()
    rmSync(folder, { recursive: true })
    await consortium[Symbol.asyncDispose]()
  })

  const ask = async (requestId: string) =>
    mixun.checkDefaults(person, { consent: await consentOf(mixun, person), requestId })
  const list = async (...args: string[]) => {
    const listed = await runVerb(inquiries, [...args, ...home()])
    expect(listed).toMatchObject({ exitCode: 0, stderr: '' })
    return JSON.parse(listed.stdout).inquiries as Record<string, unknown>[]
  }

  it('is admitted when the association means it, and serves its mirror as a process of its own', async () => {
    const { association } = consortium
    const address = association.home.config.listen.advertise
    const listen = `127.0.0.1:${await freePort()}`
    const about = [
      '--id',
      'bureau',
      '--name',
      'Bureau',
      '--role',
      'regulator',
      '--suite',
      suite,
      '--checker',
      CHECKER,
    ]
    const where = ['--listen', listen, '--association', `xiehui@${address}`, '--out', file('request.json')]
    expect((await runVerb(init, [...about, ...where, ...home()])).exitCode).toBe(0)
    const admitAs = (...role: string[]) =>
      runVerb(admit, [
        file('request.json'),
        ...role,
        '--home',
        association.root,
        '--out',
        file('admission.json'),
        '--json',
      ])
    // Who reads everything is not let in by mistake.
    expect(codeIn(await admitAs())).toBe('ERR_CERTIFICATE_REQUEST')
    expect(codeIn(await admitAs('--role', 'auditor'))).toBe('ERR_PARAMETER_UNKNOWN')
    expect((await admitAs('--role', 'regulator')).exitCode).toBe(0)
    expect((await runVerb(joinConsortium, [file('admission.json'), ...home()])).exitCode).toBe(0)
    daemon = startProcess(['serve', ...home(), '--log-level', 'silent'])
    const [line] = await once(createInterface(daemon.stdout), 'line')
    expect(JSON.parse(line)).toMatchObject({ party: 'bureau' })
    // It cosigns what it verified.
    const ledger = openAssociationLedger(association.home)
    const cosigned = async () => (await ledger.cosign(null)).some(note => note.includes('/bureau'))
    await expect.poll(cosigned, WAIT).toBe(true)
    await ledger.close()
  })

  it('sees who asked when, for which purpose and under which consent, and never about whom', async () => {
    const before = await ask('seen')
    const [line, ...none] = await list()
    expect(none).toEqual([])
    const { consentId } = mixun.openInquiry('seen')
    const { intentId, intentIndex, outcomeIndex } = before.evidence
    expect(line).toMatchObject({
      index: intentIndex,
      intentId,
      inquirer: 'jia',
      purpose: 'credit-granting',
      classes: ['A', 'B', 'C'],
      outcomeIndex,
      endedIndex: null,
      basis: { consentId, commitment: expect.stringMatching(/^[0-9a-f]{64,66}$/) },
    })
    expect((line as { basis: { rerandomizationProof: string } }).basis.rerandomizationProof).toHaveLength(128)
    expect(Math.abs(Date.now() - Number(line?.['askedAt']))).toBeLessThan(600_000)
    expect(await list('--party', 'yi')).toEqual([])
    expect(await list('--from', String(intentIndex + 1))).toEqual([])
    expect(codeIn(await runVerb(inquiries, ['--from', '-1', ...home()]))).toBe('ERR_INPUT_RANGE')
    const everything = JSON.stringify(await list())
    expect(everything).not.toContain(person.reveal())
    const verified = await runProcess(['verify-ledger', ...home()])
    expect(JSON.parse(verified.stdout).entries).toBe(consortium.ledgerSize)
    const examined = await runVerb(doctor, home())
    expect(
      JSON.parse(examined.stdout).findings.filter((each: { severity: string }) => each.severity === 'error'),
    ).toEqual([])
  })

  it('draws inquiries to be opened, and sees an opening and its document; the decision is the association’s', async () => {
    const draw = async () => JSON.parse((await runVerb(auditSample, home())).stdout).drawn
    await expect.poll(draw, WAIT).not.toBeNull()
    const { intentId } = mixun.openInquiry('seen')
    await expectCodeAsync('ERR_LEDGER_MEMBER', mixun.submitOpening('seen', DOCUMENT, 'yi'))
    const kept = join(file('bureau'), 'data', `opening-${intentId}.sealed`)
    await expect
      .poll(
        () => mixun.submitOpening('seen', DOCUMENT, 'bureau').catch(error => error.details?.peerCode),
        WAIT,
      )
      .toBeUndefined()
    expect(readFileSync(kept).includes(person.reveal())).toBe(false)
    const look = (...args: string[]) =>
      runVerb(auditDecide, [
        intentId,
        '--operator',
        CHECKER,
        '--document',
        file('shown.pdf'),
        ...args,
        ...home(),
      ])
    const shown = await look()
    expect(JSON.parse(shown.stdout)).toEqual({
      inquirer: 'jia',
      idType: 'resident-id',
      idNumber: person.reveal(),
    })
    expect(readFileSync(file('shown.pdf'))).toEqual(DOCUMENT)
    expect(codeIn(await look('--decision', 'genuine'))).toBe('ERR_HOME_ROLE')
    expect((await look('--erase')).exitCode).toBe(0)
    expect(existsSync(kept)).toBe(false)
    expect(codeIn(await look())).toBe('ERR_AUDIT_NOT_DUE')
  })

  it('asks nothing and publishes nothing: ERR_HOME_ROLE', async () => {
    await expectCodeAsync('ERR_HOME_ROLE', Mixun.open(file('bureau')))
    expect(codeIn(await runVerb(publish, home()))).toBe('ERR_HOME_ROLE')
    const refused = await runVerb(importExport, [
      file('signed.pdf'),
      '--profile',
      'jia',
      '--operator',
      'x',
      ...home(),
    ])
    expect(codeIn(refused)).toBe('ERR_HOME_ROLE')
  })

  it('reads on under a new key while its daemon runs, and what was sealed to the old one', async () => {
    for (const use of ['sealing', 'signing']) {
      expect(await runVerb(rotateKey, [use, ...home()])).toMatchObject({ exitCode: 0, stderr: '' })
    }
    await ask('after')
    expect((await list()).map(({ index }) => index)).toHaveLength(2)
    const ledger = openAssociationLedger(consortium.association.home)
    const newest = ledger.registry.member('bureau')
    await ledger.close()
    expect(Home.open(file('bureau')).decryptionKey.publicKey).toEqual(newest?.encryptionKey)
    const verified = await runVerb(verifyLedger, home())
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' })
  })
})
