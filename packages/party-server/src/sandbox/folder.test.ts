import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { SandboxFolder } from './folder.ts'

const root = mkdtempSync(join(tmpdir(), 'mixun-folder-'))
afterAll(() => rmSync(root, { recursive: true }))

it.each([
  [null, [['association'], ['jia'], ['yi'], ['bing'], ['ding'], ['wu']]],
  [1, [['association'], ['jia', 'yi', 'bing', 'ding', 'wu']]],
  [2, [['association'], ['jia', 'yi', 'bing'], ['ding', 'wu']]],
  [9, [['association'], ['jia'], ['yi'], ['bing'], ['ding'], ['wu']]],
])('spreads the daemons of five firms over %s processes', (processes, groups) => {
  const firms = ['jia', 'yi', 'bing', 'ding', 'wu']
  const plan = { suite: 'intl', association: 'association', firms, processes } as const
  const folder = SandboxFolder.create(join(root, String(processes)), plan)
  expect(SandboxFolder.open(folder.root).groups).toEqual(groups)
  for (const group of groups) for (const party of group) expect(folder.groupOf(party)).toEqual(group)
})
