import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mustRun } from './lib/packages/processes.ts'
import { type TreeFiles, withTree } from './lib/temporary-tree.ts'
import { foldersIn, REPOSITORY_ROOT } from './lib/workspace.ts'

/** The files that changesets reads, copied, so that the release that is tried out touches nothing. */
function releasedTree(): TreeFiles {
  const paths = ['package.json', 'pnpm-workspace.yaml', '.changeset/config.json']
  const manifests = globSync('{packages/*,docs/*,examples,bench}/package.json', { cwd: REPOSITORY_ROOT })
  const copied = [...paths, ...manifests].map(path => [
    path,
    readFileSync(join(REPOSITORY_ROOT, path), 'utf8'),
  ])
  const change = "---\n'@mixun/ot': minor\n---\n\nA change.\n"
  return { ...Object.fromEntries(copied), '.changeset/a-change.md': change }
}

it('a change of one package releases all of them under one version, and no private one', () => {
  const versionOf = (root: string, folder: string): string =>
    JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version
  const versionsOf = (root: string, folders: readonly string[]) => folders.map(each => versionOf(root, each))
  const programs = ['examples', 'bench', 'docs/api-reference']
  const [major, minor] = versionOf(REPOSITORY_ROOT, 'packages/ot').split('.').map(Number)
  withTree(releasedTree(), root => {
    mustRun(root, 'git', 'init', '-q')
    const program = join(REPOSITORY_ROOT, 'node_modules/.bin/changeset')
    mustRun(root, program, 'version')
    const packages = foldersIn(join(root, 'packages')).map(name => `packages/${name}`)
    expect(new Set(versionsOf(root, packages))).toEqual(new Set([`${major}.${Number(minor) + 1}.0`]))
    expect(versionsOf(root, programs)).toEqual(versionsOf(REPOSITORY_ROOT, programs))
    expect(globSync('packages/*/CHANGELOG.md', { cwd: root })).toEqual([])
  })
})
