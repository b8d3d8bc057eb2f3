import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectCodeAsync } from '@mixun/core/testing'
import { DOCUMENT } from '../testing/clients.ts'
import { freePort, holdPort } from '../testing/free-port.ts'
import { MAKER, CHECKER } from '../testing/records.ts'
import { codeIn, runProcess, runVerb, startProcess } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { admit } from './verbs/admit.ts'
import { auditInquiry } from './verbs/audit-inquiry.ts'
import { init } from './verbs/init.ts'
import { join as joinConsortium } from './verbs/join.ts'
import { openInquiry } from './verbs/open-inquiry.ts'

const atYi = investor(1)

let consortium: TestConsortium
let folder: string
beforeAll(async () => {
  const kind = 'contract-due-not-repaid'
  consortium = await TestConsortium.found({ firms: { jia: null, yi: [{ subject: atYi, kind }] } })
  folder = mkdtempSync(join(tmpdir(), 'mixun-processes-'))
  writeFileSync(join(folder, 'signed.pdf'), DOCUMENT)
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await consortium[Symbol.asyncDispose]()
})

const file = (name: string) => join(folder, name)

it('consents, checks, openings and audits work as processes of their own, several on one home at once', async () => {
  const home = consortium.firm('jia').root
  const input = `${atYi.reveal()}\n`
  const asMaker = ['--home', home, '--operator', MAKER]
  const terms = ['--purpose', 'credit-granting', '--document', file('signed.pdf'), '--uses', '5']
  const registered = await runProcess(['consent', ...asMaker, ...terms, '--json'], { input })
  expect(registered).toMatchObject({ exitCode: 0, stderr: '' })
  const { consent } = JSON.parse(registered.stdout)
  const check = ['check', ...asMaker, '--consent', consent]

  // Four processes, and with them four mirrors on one home, at once.
  const ask = (requestId: string, number: string, ...args: string[]) =>
    runProcess([...check, '--request-id', requestId, ...args], { input: number })
  const [json, chinese, stranger, mistyped] = await Promise.all([
    ask('r-1', input, '--json'),
    ask('r-2', input, '--lang', 'zh-CN'),
    ask('r-3', investor(2).reveal(), '--json'),
    ask('r-4', '99052819490101001', '--json'),
  ])
  const record = { reporter: 'yi', kind: 'contract-due-not-repaid', occurredOn: '2025-03-14' }
  expect(JSON.parse(json.stdout)).toMatchObject({ verdict: 'found', missing: [], records: [record] })
  expect(chinese.stdout).toBe('发现违约记录\nyi  B  合约期满未清偿  2025-03-14  987654321.01  未了结\n')
  expect([stranger.exitCode, stranger.stdout, codeIn(stranger)]).toEqual([1, '', 'ERR_CONSENT_SUBJECT'])
  expect([mistyped.exitCode, mistyped.stdout, codeIn(mistyped)]).toEqual([1, '', 'ERR_SUBJECT_FORMAT'])

  const asChecker = ['--home', home, '--operator', CHECKER, '--out', file('opening.json')]
  const opened = await runVerb(openInquiry, ['r-1', ...asChecker])
  expect(opened.exitCode).toBe(0)
  expect(statSync(file('opening.json')).mode & 0o777).toBe(0o600)
  const { root } = consortium.association
  const audit = [file('opening.json'), '--document', file('signed.pdf'), '--home', root]
  const audited = await runVerb(auditInquiry, [...audit, '--json'])
  expect(JSON.parse(audited.stdout)).toMatchObject({ inquirer: 'jia', asked: ['yi/B/1', 'yi/C/1'] })

  const shown = [registered, chinese, stranger, mistyped, opened, audited]
  expect(shown.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(
    atYi.reveal().slice(0, 14),
  )
})

it('a daemon says where it serves, is the only one of its home, ends on SIGTERM, and by itself when its port is taken', async () => {
  const yi = consortium.firm('yi')
  await yi.stop()
  const serve = ['serve', '--home', yi.root, '--json', '--log-level', 'silent']
  const daemon = startProcess(serve)
  const ended = once(daemon, 'close')
  const [line] = await once(createInterface(daemon.stdout), 'line')
  expect(JSON.parse(line)).toEqual({ party: 'yi', port: yi.home.config.listen.port })
  const second = await runProcess(serve)
  expect([second.exitCode, second.stdout, codeIn(second)]).toEqual([1, '', 'ERR_HOME_BUSY'])
  await using mixun = await consortium.firm('jia').client()
  expect((await mixun.points()).reserved).toBe(0)
  daemon.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  await using _port = await holdPort(yi.home.config.listen.port)
  const third = await runProcess(serve)
  expect([third.exitCode, third.stdout, codeIn(third)]).toEqual([1, '', 'ERR_LISTEN_ADDRESS'])
})

it('the lock of a daemon that was killed is free again', async () => {
  const yi = consortium.firm('yi')
  const daemon = startProcess(['serve', '--home', yi.root, '--json', '--log-level', 'silent'])
  const ended = once(daemon, 'close')
  await once(createInterface(daemon.stdout), 'line')
  await expectCodeAsync('ERR_HOME_BUSY', yi.start())
  daemon.kill('SIGKILL')
  await ended
  expect(existsSync(yi.home.paths.daemonLock)).toBe(true)
  await yi.start()
})

it('a firm joins with its own admission only', async () => {
  const { association } = consortium
  const address = association.home.config.listen.advertise
  const start = async (id: string) => {
    const listen = ['--listen', `127.0.0.1:${await freePort()}`, '--association', `xiehui@${address}`]
    const out = ['--home', file(id), '--out', file(`${id}-request.json`)]
    return runVerb(init, ['--id', id, '--name', id, ...listen, ...out, '--json'])
  }
  const admitFirm = (id: string, request: string) =>
    runVerb(admit, [request, '--home', association.root, '--out', file(`${id}-admission.json`), '--json'])
  const joinAs = (id: string, admission: string) =>
    runVerb(joinConsortium, [admission, '--home', file(id), '--json'])

  for (const id of ['geng', 'xin']) {
    expect((await start(id)).exitCode).toBe(0)
    expect((await admitFirm(id, file(`${id}-request.json`))).exitCode).toBe(0)
  }
  expect(codeIn(await start('geng'))).toBe('ERR_HOME_EXISTS')
  expect(codeIn(await joinAs('geng', file('xin-admission.json')))).toBe('ERR_ADMISSION_FOREIGN')
  expect(codeIn(await joinAs('geng', file('no-admission.json')))).toBe('ERR_FILE_MISSING')
  expect(
    codeIn(await runVerb(joinConsortium, [file('xin-admission.json'), '--home', file('nowhere'), '--json'])),
  ).toBe('ERR_HOME_MISSING')
  const joined = await joinAs('geng', file('geng-admission.json'))
  expect(JSON.parse(joined.stdout)).toMatchObject({ party: 'geng', consortium: 'test consortium' })

  const request = JSON.parse(readFileSync(file('xin-request.json'), 'utf8'))
  writeFileSync(
    file('forged.json'),
    JSON.stringify({ ...request, body: { ...request.body, partyId: 'geng' } }),
  )
  expect(codeIn(await admitFirm('forged', file('forged.json')))).toBe('ERR_CERTIFICATE_REQUEST')
  const secrets = ['geng-request.json', 'geng-admission.json'].map(name => readFileSync(file(name), 'utf8'))
  expect(secrets.join('')).not.toContain('PRIVATE')
})
