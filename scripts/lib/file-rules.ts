import type { Violation } from './layer-rules.ts'
import { lineAt } from './scan-source.ts'
import { folderOf, type SourceFile, type Workspace } from './workspace.ts'

/** Folders of pure functions, and what of theirs may read from outside or needs threads. */
const PURE_FOLDERS = [
  'packages/core/src/compute',
  'packages/core/src/domain',
  'packages/party-server/src/records',
]
const PURE_EXCEPT = ['packages/core/src/compute/threads/', 'packages/party-server/src/records/read-rows.ts']

const MAX_FILE_LINES = 400
const TABLE_FILES = ['packages/core/src/errors/codes.ts']

/** What a protocol step must not contain: it is synchronous and takes its randomness and time from its caller. */
const STEP_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\bawait\b/g, 'await'],
  [/\bDate\s*\.\s*now\b/g, 'Date.now'],
  [/\bMath\s*\.\s*random\b/g, 'Math.random'],
  [/(?<![.\w$])console\b/g, 'console'],
  [/\bgetRandomValues\b/g, 'getRandomValues'],
  [/\bsystemRandom\b/g, 'systemRandom'],
]

/** Folders that hold a protocol: those with a run.ts. */
export function protocolFolders(workspace: Workspace): string[] {
  return workspace.files.filter(({ path }) => path.endsWith('/run.ts')).map(({ path }) => folderOf(path))
}

/** The steps of the protocols: every file beside a run.ts but run.ts, index.ts and tests. */
export function stepFiles(workspace: Workspace): SourceFile[] {
  const folders = new Set(protocolFolders(workspace))
  return workspace.files.filter(
    ({ path, isTest }) => folders.has(folderOf(path)) && !isTest && !/\/(run|index)\.ts$/.test(path),
  )
}

export function stepViolations(workspace: Workspace): Violation[] {
  return stepFiles(workspace).flatMap(file => [
    ...nodeImports(file, 'a protocol step'),
    ...STEP_PATTERNS.flatMap(([pattern, name]) =>
      matches(
        file,
        pattern,
        `${name} in a protocol step: only run.ts touches time, I/O and ambient randomness`,
      ),
    ),
  ])
}

export function pureFolderViolations(workspace: Workspace): Violation[] {
  return workspace.files
    .filter(({ path, isTest }) => !isTest && !PURE_EXCEPT.some(except => path.startsWith(except)))
    .filter(({ path }) => PURE_FOLDERS.some(folder => path.startsWith(`${folder}/`)))
    .flatMap(file => nodeImports(file, 'a folder of pure functions'))
}

export function lengthViolations(workspace: Workspace): Violation[] {
  return workspace.files.flatMap(({ path, text }) => {
    const lines = text.split('\n').length - 1
    const isTable = TABLE_FILES.includes(path) || path.split('/').includes('vectors')
    if (isTable || lines <= MAX_FILE_LINES) return []
    return [{ path, line: lines, message: `${lines} lines: expected at most ${MAX_FILE_LINES}, better 200` }]
  })
}

/** Steps of durable work, after each of which a crash leaves something else behind. */
const DURABLE_STEP = /\b(?:fsyncSync|renameSync|linkSync|unlinkSync|rmSync)\s*\(|\bexec\(['"`]COMMIT/g

/** Tools that throw things away: what a crash leaves of it, the next run throws away. */
const THROWS_AWAY = /\/(sandbox|doctor)\//

/** Durable work that tests cannot kill the process in: a file that does it marks its boundaries. */
export function durabilityViolations(workspace: Workspace): Violation[] {
  return workspace.files
    .filter(({ unit, isTest }) => unit.kind === 'package' && !isTest)
    .filter(({ path, text }) => !text.includes('durabilityPoint(') && !THROWS_AWAY.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(DURABLE_STEP)].map(match => ({
        path,
        line: lineAt(text, match.index),
        message: `${match[0]} without a durabilityPoint: tests cannot end the process there`,
      })),
    )
}

export function exportViolations(workspace: Workspace): Violation[] {
  return workspace.files
    .filter(({ path }) => !path.endsWith('.config.ts'))
    .flatMap(file => [
      ...matches(file, /(?<![.\w$])export\s*(?:type\s*)?\*/g, 'export *: list the exports by name'),
      ...matches(file, /(?<![.\w$])export\s+default\b/g, 'default export: name it'),
      ...matches(file, /(?<![.\w$])export\s*\{[^}]*\bas\s+default\b/g, 'default export: name it'),
    ])
}

function nodeImports(file: SourceFile, where: string): Violation[] {
  return file.imports
    .filter(({ specifier }) => specifier?.startsWith('node:') === true)
    .map(({ specifier, line }) => ({ path: file.path, line, message: `${specifier} in ${where}` }))
}

function matches(file: SourceFile, pattern: RegExp, message: string): Violation[] {
  return [...file.code.matchAll(pattern)].map(match => ({
    path: file.path,
    line: lineAt(file.text, match.index),
    message,
  }))
}
