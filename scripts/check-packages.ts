// Packs every package, installs the tarballs with npm in an empty project outside the workspace, and checks what whoever
// installs them gets. Usage: node scripts/check-packages.ts
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exit, stderr, stdout } from 'node:process'
import { anyTypes } from './lib/packages/any-types.ts'
import { sizeProblems } from './lib/packages/bundle-size.ts'
import { commandLineProblems } from './lib/packages/command-line.ts'
import { type Consumer, makeConsumer } from './lib/packages/consumer.ts'
import { documentedPathProblems } from './lib/packages/documented-paths.ts'
import { linterProblems } from './lib/packages/linters.ts'
import { exampleProblems, writeExamples } from './lib/packages/readme-examples.ts'
import { SIZE_LIMITS } from './lib/packages/size-limits.ts'
import { importAll, surfaceTypes } from './lib/packages/surface.ts'
import { tarballProblems } from './lib/packages/tarball-rules.ts'
import { typeProblems } from './lib/packages/type-check.ts'
import { REPOSITORY_ROOT } from './lib/workspace.ts'

/** One promise of the packages, and what breaks it. */
export interface PackageCheck {
  readonly name: string
  readonly problems: (consumer: Consumer, report: (line: string) => void) => string[] | Promise<string[]>
}

export const PACKAGE_CHECKS: readonly PackageCheck[] = [
  {
    name: 'tarballs hold built files only',
    problems: ({ packages }, report) =>
      packages.flatMap(({ name, tarball, folder, files, specifiers }) => {
        report(`${String(statSync(tarball).size).padStart(7)} bytes, ${files.length} files  ${name}`)
        const testing = specifiers.some(specifier => specifier.includes('/testing'))
        const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
        return tarballProblems(files, read, testing).map(problem => `${name}: ${problem}`)
      }),
  },
  { name: 'documents name the paths that exist', problems: ({ root }) => documentedPathProblems(root) },
  { name: 'publint and attw find nothing', problems: linterProblems },
  {
    name: 'every path is imported, and types declare what exists',
    problems: consumer => {
      const surface = importAll(consumer)
      writeFileSync(join(consumer.folder, 'surface.ts'), surfaceTypes(surface))
      return typeProblems(consumer, ['surface.ts'])
    },
  },
  {
    name: 'no declaration contains any',
    problems: ({ packages }) =>
      packages.flatMap(({ folder, files }) =>
        files
          .filter(path => path.endsWith('.d.ts'))
          .flatMap(path => anyTypes(join(folder, path), readFileSync(join(folder, path), 'utf8'))),
      ),
  },
  {
    name: 'the examples of the READMEs compile and run',
    problems: consumer => {
      const examples = writeExamples(consumer)
      const files = examples.map(({ file }) => file)
      return [...typeProblems(consumer, files), ...exampleProblems(consumer, examples)]
    },
  },
  { name: 'npx mixun works', problems: commandLineProblems },
  {
    name: 'named imports keep their size limits',
    problems: ({ folder }, report) => sizeProblems(folder, SIZE_LIMITS, report),
  },
]

/** What breaks one promise; a check that cannot be carried out is broken too. */
export async function runCheck(
  check: PackageCheck,
  consumer: Consumer,
  report: (line: string) => void,
): Promise<string[]> {
  try {
    return await check.problems(consumer, report)
  } catch (error) {
    return [String(error)]
  }
}

/** Makes the project that installs the packages, for as long as `action` takes. */
export async function withConsumer<T>(action: (consumer: Consumer) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-consumer-'))
  try {
    return await action(makeConsumer(REPOSITORY_ROOT, folder))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (import.meta.main) {
  const problems = await withConsumer(async consumer => {
    const all: string[] = []
    for (const check of PACKAGE_CHECKS) {
      const found = await runCheck(check, consumer, line => stdout.write(`    ${line}\n`))
      stdout.write(`${found.length === 0 ? 'ok' : 'FAILED'}  ${check.name}\n`)
      all.push(...found)
    }
    return all
  })
  for (const problem of problems) stderr.write(`${problem}\n`)
  exit(problems.length === 0 ? 0 : 1)
}
