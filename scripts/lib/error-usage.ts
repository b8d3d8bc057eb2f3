import { lineAt, type ScannedSource } from './scan-source.ts'
import { type TestCase, testCasesIn } from './test-titles.ts'
import type { SourceFile, Workspace } from './workspace.ts'

/** A test whose body names a code. */
export interface CodeTest {
  readonly path: string
  readonly title: string
}

export interface CodeUse {
  readonly code: string
  readonly path: string
  readonly line: number
}

export interface ErrorUsage {
  /** Tests by code, in order of path and position, each once. */
  readonly tests: ReadonlyMap<string, readonly CodeTest[]>
  /** Where the sources of the packages name a code, the table of codes excepted. */
  readonly raised: readonly CodeUse[]
  /** Where the tests name a code, inside a test or not. */
  readonly named: readonly CodeUse[]
}

export const CODES_PATH = 'packages/core/src/errors/codes.ts'

/** A whole code; `ERR_X_` is a prefix and not one. */
const CODE_LITERAL = /(['"`])(ERR_[A-Z0-9_]*[A-Z0-9])\1/g

/** Finds every string of a source that is a code. */
function codesIn({ text, code }: ScannedSource): { code: string; offset: number }[] {
  return [...text.matchAll(CODE_LITERAL)]
    .filter(match => code[match.index] === match[1])
    .map(match => ({ code: match[2] as string, offset: match.index }))
}

export function errorUsage(workspace: Workspace): ErrorUsage {
  const tests = new Map<string, CodeTest[]>()
  const raised: CodeUse[] = []
  const named: CodeUse[] = []
  for (const file of workspace.files) {
    const uses = codesIn(file).map(({ code, offset }) => ({ code, offset, line: lineAt(file.text, offset) }))
    if (!file.isTest && file.path !== CODES_PATH) {
      raised.push(...uses.map(({ code, line }) => ({ code, line, path: file.path })))
    }
    if (!file.isTest) continue
    named.push(...uses.map(({ code, line }) => ({ code, line, path: file.path })))
    for (const { code, title } of testsByCode(file)) {
      const known = tests.get(code) ?? []
      if (known.every(test => test.path !== file.path || test.title !== title)) {
        tests.set(code, [...known, { path: file.path, title }])
      }
    }
  }
  return { tests, raised, named }
}

/**
 * The innermost test around each code. A code outside of all tests stands in the rows of a table if it is part of a
 * constant that a later `it.each(ROWS)` or `for (… of ROWS) it(…)` names; then it counts for that test.
 */
function testsByCode(file: SourceFile): { code: string; title: string }[] {
  const cases = testCasesIn(file)
  return codesIn(file).flatMap(({ code, offset }) => {
    const around = cases.findLast(({ start, end }) => start <= offset && offset < end)
    const test = around ?? tableTest(file, cases, offset)
    return test === undefined ? [] : [{ code, title: test.title }]
  })
}

/** How far before a test the loop that makes it may begin, in characters. */
const LOOP_HEAD_CHARS = 150

function tableTest(file: SourceFile, cases: readonly TestCase[], offset: number): TestCase | undefined {
  const constants = [...file.code.slice(0, offset).matchAll(/\bconst\s+([\w$]+)/g)]
  const rows = constants.at(-1)?.[1]
  if (rows === undefined) return undefined
  return cases.find(({ start, end, isTable }) => {
    if (!isTable || start < offset) return false
    const loop = file.code.slice(Math.max(offset, start - LOOP_HEAD_CHARS), end)
    return loop.split(/[^\w$]+/).includes(rows)
  })
}
