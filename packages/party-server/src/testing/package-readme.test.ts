import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runProcess } from './run-verb.ts'

it('the README of the package names every verb of the command line, and no other', async () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const rows = readme.split('\n').filter(line => /^\| (?!who|-)/.test(line))
  const named = rows.flatMap(row => [...row.matchAll(/`([a-z-]+)`/g)].map(([, verb]) => verb))
  const { stdout } = await runProcess(['--help'])
  const commands = stdout.slice(stdout.indexOf('Commands:'))
  const offered = [...commands.matchAll(/^ {2}([a-z-]+) /gm)].map(([, verb]) => verb)
  expect(named.sort()).toEqual(offered.filter(verb => verb !== 'help').sort())
})
