import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS, Home } from '@mixun/sdk/home'
import { openBatches } from '../stores/open.ts'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { admit } from './verbs/admit.ts'
import { approve } from './verbs/approve.ts'
import { batches } from './verbs/batches.ts'
import { consent } from './verbs/consent.ts'
import { importExport } from './verbs/import.ts'
import { publish } from './verbs/publish.ts'
import { reject } from './verbs/reject.ts'
import { review } from './verbs/review.ts'
import { withdrawSharing } from './verbs/withdraw-sharing.ts'

let root: string
let home: Home
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mixun-operators-'))
  home = Home.create(join(root, 'jia'), {
    party: { id: 'jia', name: '甲证券', role: 'firm', suite: 'intl' },
    listen: { host: '127.0.0.1', port: 7441, advertise: '127.0.0.1:7441' },
    association: { id: 'xiehui', address: '127.0.0.1:7440' },
    operators: { makers: ['ma.li', 'both'], checkers: ['wang.fang', 'both'] },
    limits: DEFAULT_LIMITS,
  })
})

afterEach(() => rmSync(root, { recursive: true }))

const HEADER =
  '客户姓名,证件类型,证件号码,业务类型,违约类型,违约日期,违约金额,状态,了结日期,授权书编号,客户群,备注'
const row = (i: number, kind = '司法纠纷') =>
  `某某,身份证,${investor(i).reveal()},股票质押,${kind},2025-03-14,100.50,未了结,,SQ00000001,新,`

/** An export in the layout of the built-in profile `jia`. */
function exportFile(...rows: string[]): string {
  const file = join(root, `export-${rows.length}.csv`)
  writeFileSync(file, [HEADER, ...rows, ''].join('\n'))
  return file
}

const run = (command: Command, ...args: string[]) =>
  runVerb(command, [...args, '--home', home.root, '--json'])
const importFile = (file: string, operator = 'ma.li') =>
  run(importExport, file, '--profile', 'jia', '--operator', operator, '--as-of', '2026-06-30')
const decide = (command: Command, batch: number | string, operator = 'wang.fang') =>
  run(command, String(batch), '--operator', operator)

/** How many records an approved batch would publish. */
function publishable(): number {
  using store = openBatches(home)
  return [...store.approved('B')].filter(({ isPublished }) => isPublished).length
}

describe('import', () => {
  it('brings a file from maker to checker, and says what was wrong with which row', async () => {
    const imported = await importFile(exportFile(row(1), row(2, '不明'), row(3)))
    expect(imported).toMatchObject({ exitCode: 0, stderr: '' })
    const result = JSON.parse(imported.stdout)
    expect(result).toMatchObject({ batch: 1, rows: 3, accepted: 2, published: 2, rejected: { kind: 1 } })
    expect(readFileSync(result.findings, 'utf8')).toBe('row,line,field,reason\n2,3,kind,kind\n')
    const reviewed = JSON.parse((await decide(review, 1)).stdout)
    expect(reviewed).toMatchObject({ id: 1, state: 'reviewed', findings: 1, maker: 'ma.li' })
    expect(publishable()).toBe(0)
    expect(JSON.parse((await decide(approve, 1)).stdout).state).toBe('approved')
    expect(publishable()).toBe(2)
    const listed = JSON.parse((await run(batches)).stdout)
    expect(listed.batches).toMatchObject([{ id: 1, state: 'approved', checker: 'wang.fang' }])
  })

  it('of the same file twice is ERR_IMPORT_DUPLICATE; nothing is kept twice, not even findings', async () => {
    await importFile(exportFile(row(1)))
    const again = await importFile(exportFile(row(1)))
    expect([again.exitCode, again.stdout, codeIn(again)]).toEqual([1, '', 'ERR_IMPORT_DUPLICATE'])
    expect(JSON.parse(again.stderr).error.details).toEqual({ batch: 1 })
    expect(readdirSync(join(home.root, 'findings'))).toEqual(['batch-1.csv'])
    await decide(review, 1)
    await decide(approve, 1)
    expect(publishable()).toBe(1)
    const next = await importFile(exportFile(row(1), row(2)))
    expect(JSON.parse(next.stdout).batch).toBe(2)
  })

  it('of a file that breaks midway keeps nothing: ERR_IMPORT_ROW', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => row(i))
    const broken = await importFile(exportFile(...rows, '"never closed'))
    expect(codeIn(broken)).toBe('ERR_IMPORT_ROW')
    expect(readdirSync(join(home.root, 'findings'))).toEqual([])
    expect(JSON.parse((await run(batches)).stdout)).toEqual({ batches: [] })
    expect(JSON.parse((await importFile(exportFile(...rows))).stdout)).toMatchObject({
      batch: 1,
      accepted: 50,
    })
  })

  it('shows no identity number, whatever happens', async () => {
    const file = exportFile(row(1), row(2, '不明'))
    const outputs = [await importFile(file), await decide(review, 1), await importFile(file)]
    const shown = outputs.map(({ stdout, stderr }) => stdout + stderr).join('')
    expect(shown).toContain('ERR_IMPORT_DUPLICATE')
    for (const i of [1, 2]) expect(shown).not.toContain(investor(i).reveal())
  })
})

describe('a step', () => {
  it('needs an operator that config.toml lists for it: ERR_OPERATOR_UNKNOWN', async () => {
    const file = exportFile(row(1))
    for (const operator of ['nobody', 'wang.fang']) {
      expect(codeIn(await importFile(file, operator))).toBe('ERR_OPERATOR_UNKNOWN')
    }
    await importFile(file)
    for (const verb of [review, approve, reject]) {
      expect(codeIn(await decide(verb, 1, 'ma.li'))).toBe('ERR_OPERATOR_UNKNOWN')
    }
  })

  it('of the checker is not done by the maker: ERR_REVIEW_SAME_OPERATOR', async () => {
    await importFile(exportFile(row(1)), 'both')
    for (const verb of [review, approve]) {
      expect(codeIn(await decide(verb, 1, 'both'))).toBe('ERR_REVIEW_SAME_OPERATOR')
    }
    expect((await decide(review, 1)).exitCode).toBe(0)
  })

  it('follows the one before: ERR_REVIEW_STATE', async () => {
    await importFile(exportFile(row(1)))
    expect(codeIn(await decide(approve, 1))).toBe('ERR_REVIEW_STATE')
    await decide(review, 1)
    expect(codeIn(await decide(review, 1))).toBe('ERR_REVIEW_STATE')
    expect(JSON.parse((await decide(reject, 1)).stdout).state).toBe('rejected')
    expect(codeIn(await decide(approve, 1))).toBe('ERR_REVIEW_STATE')
  })

  it('lets a rejected file be imported again', async () => {
    const file = exportFile(row(1))
    await importFile(file)
    await decide(review, 1)
    await decide(reject, 1)
    expect((await importFile(file)).exitCode).toBe(0)
    expect(codeIn(await importFile(file))).toBe('ERR_IMPORT_DUPLICATE')
  })

  it('names a batch that exists: ERR_BATCH_UNKNOWN', async () => {
    for (const batch of ['1', '0', 'one', '1.5']) {
      expect(codeIn(await decide(review, batch))).toBe('ERR_BATCH_UNKNOWN')
    }
  })
})

it('a consent names classes, a purpose and a document that exist', async () => {
  const document = join(root, 'signed.pdf')
  writeFileSync(document, 'signed')
  const terms = (change: Record<string, string>) =>
    Object.entries({ purpose: 'monitoring', document, operator: 'ma.li', ...change }).flatMap(
      ([name, value]) => [`--${name}`, value],
    )
  expect(codeIn(await run(consent, ...terms({ classes: 'B,X' })))).toBe('ERR_CONSENT_INVALID')
  expect(codeIn(await run(consent, ...terms({ purpose: 'curiosity' })))).toBe('ERR_CONSENT_INVALID')
  expect(codeIn(await run(consent, ...terms({ document: join(root, 'none') })))).toBe('ERR_FILE_MISSING')
  expect(codeIn(await run(consent, ...terms({ operator: 'wang.fang' })))).toBe('ERR_OPERATOR_UNKNOWN')
})

describe('files named on the command line', () => {
  it('that do not exist are ERR_FILE_MISSING', async () => {
    expect(codeIn(await importFile(join(root, 'no-export.csv')))).toBe('ERR_FILE_MISSING')
    expect(codeIn(await run(admit, join(root, 'no-request.json')))).toBe('ERR_FILE_MISSING')
    expect(JSON.parse((await run(batches)).stdout)).toEqual({ batches: [] })
  })

  it('that hold no JSON are ERR_FILE_JSON', async () => {
    const file = join(root, 'request.json')
    writeFileSync(file, 'not json')
    expect(codeIn(await run(admit, file))).toBe('ERR_FILE_JSON')
  })

  it("are read in the association's home only where they are for it: ERR_HOME_ROLE", async () => {
    const file = join(root, 'request.json')
    writeFileSync(file, '{}')
    expect(codeIn(await run(admit, file))).toBe('ERR_HOME_ROLE')
  })
})

it.each(['two', '-1', '1.5', '257', ''])('publish refuses %j threads', async threads => {
  expect(codeIn(await run(publish, '--threads', threads))).toBe('ERR_INPUT_RANGE')
})

describe('withdraw-sharing', () => {
  it('takes the records of one authorisation out of what is published; only a maker does it', async () => {
    await importFile(exportFile(row(1), row(2).replace('SQ00000001', 'SQ00000002')))
    await decide(review, 1)
    await decide(approve, 1)
    const withdraw = (operator: string, basis = 'SQ00000002') =>
      run(withdrawSharing, '--operator', operator, '--basis', basis)
    expect(codeIn(await withdraw('nobody'))).toBe('ERR_OPERATOR_UNKNOWN')
    expect(JSON.parse((await withdraw('ma.li', 'SQ00000009')).stdout)).toEqual({ records: 0 })
    expect(publishable()).toBe(2)
    expect(JSON.parse((await withdraw('ma.li')).stdout)).toEqual({ records: 1 })
    expect(publishable()).toBe(1)
    await importFile(exportFile(row(3), row(4).replace('SQ00000001', 'SQ00000009'), row(5)))
    await decide(review, 2)
    await decide(approve, 2)
    expect(publishable()).toBe(3)
  })
})
