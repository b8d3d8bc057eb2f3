// Writes `publishConfig` of every package.json under packages/, so that tarballs name dist/ where the workspace names
// src/. With --check it writes nothing and fails when one is stale or lacks what a published package needs.
// Usage: node scripts/publish-config.ts [--check] [root]
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit, stderr, stdout } from 'node:process'
import { manifestProblems, type PublishedManifest, publishConfigOf } from './lib/publish-config.ts'
import { foldersIn, REPOSITORY_ROOT } from './lib/workspace.ts'

const checkOnly = argv.includes('--check')
const root = argv.slice(2).find(argument => !argument.startsWith('--')) ?? REPOSITORY_ROOT
const folders = foldersIn(join(root, 'packages'))
let problems = 0
for (const folder of folders) {
  const path = join(root, 'packages', folder, 'package.json')
  const { publishConfig, ...manifest } = JSON.parse(readFileSync(path, 'utf8')) as PublishedManifest
  if (!checkOnly) {
    const written = { ...manifest, publishConfig: publishConfigOf(manifest) }
    writeFileSync(path, `${JSON.stringify(written, null, 2)}\n`)
  }
  const found = checkOnly ? manifestProblems({ ...manifest, publishConfig }) : []
  for (const problem of found) stderr.write(`packages/${folder}/package.json ${problem}\n`)
  problems += found.length
}
const result = problems === 0 ? 'no problem' : `${problems} problems`
stdout.write(`publish-config: ${folders.length} packages: ${result}\n`)
exit(problems === 0 ? 0 : 1)
