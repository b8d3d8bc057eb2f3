import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Home } from '@mixun/sdk/home'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { admit } from './verbs/admit.ts'
import { createConsortium } from './verbs/create-consortium.ts'
import { init } from './verbs/init.ts'
import { join as joinConsortium } from './verbs/join.ts'
import { verifyLedger } from './verbs/verify-ledger.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'mixun-suite-'))
})
afterAll(() => rmSync(root, { recursive: true }))

const file = (name: string) => join(root, name)
const found = (id: string, ...suite: string[]) => {
  const names = ['--consortium', 'test consortium', '--id', id, '--name', id, '--listen', '127.0.0.1:7440']
  return runVerb(createConsortium, [...names, ...suite, '--home', file(id), '--json'])
}
const start = (id: string, ...suite: string[]) => {
  const about = ['--id', id, '--name', id, '--listen', '127.0.0.1:7441']
  const where = ['--association', 'xiehui@127.0.0.1:7440', '--out', file(`${id}-request.json`)]
  return runVerb(init, [...about, ...where, ...suite, '--home', file(id), '--json'])
}
const admitFirm = (id: string, association: string) => {
  const out = ['--out', file(`${id}-admission.json`)]
  return runVerb(admit, [file(`${id}-request.json`), '--home', file(association), ...out, '--json'])
}

it('a consortium is founded, joined and verified in suite sm', async () => {
  const founded = await found('xiehui', '--suite', 'sm')
  expect(JSON.parse(founded.stdout)).toMatchObject({ party: 'xiehui', suite: 'sm' })
  const started = await start('jia', '--suite', 'sm')
  expect(JSON.parse(started.stdout)).toMatchObject({ party: 'jia', suite: 'sm' })
  expect((await admitFirm('jia', 'xiehui')).exitCode).toBe(0)
  const joined = await runVerb(joinConsortium, [file('jia-admission.json'), '--home', file('jia'), '--json'])
  expect(joined).toMatchObject({ exitCode: 0, stderr: '' })
  for (const id of ['xiehui', 'jia']) expect(Home.open(file(id)).identity.suite.id).toBe('sm')
  const anchor = JSON.parse(readFileSync(Home.open(file('jia')).paths.anchor, 'utf8'))
  expect(anchor.suite).toBe('sm')
  const verified = await runVerb(verifyLedger, ['--home', file('xiehui'), '--json'])
  expect(verified).toMatchObject({ exitCode: 0, stderr: '' })
})

it('the suite is intl unless an option says otherwise', async () => {
  expect(JSON.parse((await found('intl-xiehui')).stdout)).toMatchObject({ suite: 'intl' })
  expect(JSON.parse((await start('yi')).stdout)).toMatchObject({ suite: 'intl' })
  for (const id of ['intl-xiehui', 'yi']) expect(Home.open(file(id)).config.party.suite).toBe('intl')
})

it('an unknown suite is ERR_PARAMETER_UNKNOWN, and makes no home', async () => {
  for (const suite of ['SM', 'gm', '']) {
    expect(codeIn(await found('nowhere', '--suite', suite))).toBe('ERR_PARAMETER_UNKNOWN')
    expect(codeIn(await start('nowhere', '--suite', suite))).toBe('ERR_PARAMETER_UNKNOWN')
  }
  expect(existsSync(file('nowhere'))).toBe(false)
  expect(existsSync(file('nowhere-request.json'))).toBe(false)
})

it('a firm of the other suite is not admitted', async () => {
  await start('bing', '--suite', 'intl')
  const refused = await admitFirm('bing', 'xiehui')
  expect([refused.exitCode, codeIn(refused)]).toEqual([1, 'ERR_CERTIFICATE_REQUEST'])
  expect(existsSync(file('bing-admission.json'))).toBe(false)
})
