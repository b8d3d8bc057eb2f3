// Builds packages/*/dist: ESM, types, source maps and the files that are not TypeScript.
// Usage: node scripts/build.ts
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execPath, exit, stderr, stdout } from 'node:process'
import { withBuiltPaths } from './lib/built-paths.ts'
import { foldersIn, isTestPath, REPOSITORY_ROOT } from './lib/workspace.ts'

const folders = foldersIn(join(REPOSITORY_ROOT, 'packages')).map(name =>
  join(REPOSITORY_ROOT, 'packages', name),
)
for (const folder of folders) rmSync(join(folder, 'dist'), { recursive: true, force: true })

const tsc = join(REPOSITORY_ROOT, 'node_modules/typescript/bin/tsc')
const projects = folders.map(folder => join(folder, 'tsconfig.build.json'))
const compiled = spawnSync(execPath, [tsc, '--build', ...projects], { stdio: 'inherit' })
if (compiled.status !== 0) exit(1)

const problems: string[] = []
for (const folder of folders) {
  const [src, dist] = [join(folder, 'src'), join(folder, 'dist')]
  for (const path of globSync('**/*.*', { cwd: src })) {
    if (!path.endsWith('.ts') && !isTestPath(path)) cpSync(join(src, path), join(dist, path))
  }
  for (const path of globSync('**/*.{js,d.ts}', { cwd: dist })) {
    const built = withBuiltPaths(readFileSync(join(dist, path), 'utf8'))
    writeFileSync(join(dist, path), built.code)
    problems.push(...built.sources.map(source => `${join(dist, path)} names the source ${source}`))
  }
  rmSync(join(dist, '.tsbuildinfo'))
  const { bin = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).publishConfig
  for (const path of Object.values<string>(bin)) chmodSync(join(folder, path), 0o755)
  stdout.write(
    `built ${folder.slice(REPOSITORY_ROOT.length)}: ${globSync('**/*.js', { cwd: dist }).length} modules\n`,
  )
}
for (const problem of problems) stderr.write(`${problem}\n`)
exit(problems.length === 0 ? 0 : 1)
