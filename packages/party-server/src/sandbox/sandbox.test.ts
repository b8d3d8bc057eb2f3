import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sandbox } from '../cli/verbs/sandbox/sandbox.ts'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { leaksIn } from '../testing/secrets.ts'
import { person } from './people.ts'

let root: string
let folder: string
const shown: string[] = []

async function run(name: string, ...args: string[]) {
  const command = sandbox.commands.find(each => each.name() === name) as Command
  const result = await runVerb(command, [...args, '--dir', folder, '--json'])
  shown.push(result.stdout, result.stderr)
  return result
}

async function resultOf(name: string, ...args: string[]) {
  const result = await run(name, ...args)
  expect([result.exitCode, result.stderr]).toEqual([0, ''])
  return JSON.parse(result.stdout)
}

// Three daemons in processes of their own.
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'mixun-sandbox-'))
  folder = join(root, 'sandbox')
  await resultOf('create', '--firms', '2')
}, 240_000)
afterAll(async () => {
  if (existsSync(folder)) await run('destroy')
  rmSync(root, { recursive: true })
}, 120_000)

it('refuses wrong numbers, strangers, and a folder that is not empty or no sandbox', async () => {
  expect(codeIn(await run('create', '--firms', '1'))).toBe('ERR_INPUT_RANGE')
  expect(codeIn(await run('create'))).toBe('ERR_HOME_EXISTS')
  expect(codeIn(await run('check', '10'))).toBe('ERR_INPUT_RANGE')
  expect(codeIn(await run('stop', 'nobody'))).toBe('ERR_PEER_IDENTITY')
  const destroy = sandbox.commands.find(each => each.name() === 'destroy') as Command
  writeFileSync(join(root, 'precious'), '')
  expect(codeIn(await runVerb(destroy, ['--dir', root, '--json']))).toBe('ERR_HOME_MISSING')
  expect(existsSync(join(root, 'precious'))).toBe(true)
})

it('is asked, loses and gets back a firm, corrects a record, finds a fork, and goes', async () => {
  const { parties } = await resultOf('status')
  expect(parties.map(({ isServing }: { isServing: boolean }) => isServing)).toEqual([true, true, true])
  expect(await resultOf('check', '9')).toMatchObject({ verdict: 'clear', missing: [] })
  expect(await resultOf('check', '4')).toMatchObject({ verdict: 'found', records: [{ reporter: 'yi' }] })

  expect(await resultOf('stop', 'yi')).toEqual({ stopped: ['yi'] })
  expect(await resultOf('stop', 'yi')).toEqual({ stopped: [] })
  expect((await resultOf('check', '9')).verdict).toBe('incomplete')
  expect((await resultOf('start')).serving).toEqual(['association', 'jia', 'yi'])

  expect(await resultOf('publish-correction', '4')).toEqual({ firm: 'yi', version: 1 })
  expect((await resultOf('check', '4')).verdict).toBe('clear')
  expect(codeIn(await run('publish-correction', '7'))).toBe('ERR_INPUT_RANGE')

  const { witness, evidence } = await resultOf('fork')
  expect([witness, evidence.length]).toEqual(['jia', 1])
  expect((await resultOf('status')).parties[1].forkEvidence).toEqual(evidence)
  expect(codeIn(await run('check', '9'))).toBe('ERR_LEDGER_FORK')

  await resultOf('destroy')
  expect(existsSync(folder)).toBe(false)
  expect(leaksIn(shown.join(''), [person(4).reveal(), person(9).reveal()])).toEqual([])
}, 240_000)
