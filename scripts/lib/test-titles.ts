import type { ScannedSource } from './scan-source.ts'

/** One `it(…)` or `test(…)` of a source, from its first to its last character. */
export interface TestCase {
  readonly title: string
  readonly start: number
  readonly end: number
  /** True when one call stands for several tests: `it.each`, or a title that is computed. */
  readonly isTable: boolean
}

const TEST_CALL = /(?<![.\w$])(?:it|test)\b((?:\s*\.\s*\w+)*)\s*(?=[(<])/g

/** The tests of a source in their order; a test inside another's call comes after it. */
export function testCasesIn(source: ScannedSource): TestCase[] {
  const { code } = source
  return [...code.matchAll(TEST_CALL)].map(match => {
    let open = skipSpace(code, skipTypeArguments(code, match.index + match[0].length))
    const isEach = /\.\s*(each|for)\b/.test(match[1] ?? '')
    // The title stands in a second pair of parentheses, behind the table's.
    if (isEach) open = skipSpace(code, closing(code, open) + 1)
    const { title, isComputed } = titleAt(source, skipSpace(code, open + 1))
    return { title, start: match.index, end: closing(code, open) + 1, isTable: isEach || isComputed }
  })
}

function titleAt({ text, code }: ScannedSource, start: number): { title: string; isComputed: boolean } {
  const quote = code[start] ?? ''
  if (quote === "'" || quote === '"' || quote === '`') {
    const title = text.slice(start + 1, code.indexOf(quote, start + 1))
    return { title: title.replaceAll(/\\(['"`])/g, '$1'), isComputed: title.includes('${') }
  }
  const expression = /^[\w$.[\]]*/.exec(code.slice(start, start + 200))?.[0] ?? ''
  return { title: `(${expression})`, isComputed: true }
}

function skipSpace(code: string, offset: number): number {
  let end = offset
  while (/\s/.test(code[end] ?? '')) end += 1
  return end
}

/** Behind `<…>`, if it stands here. */
function skipTypeArguments(code: string, offset: number): number {
  if (code[offset] !== '<') return offset
  let depth = 0
  for (let end = offset; end < code.length; end++) {
    if (code[end] === '<') depth += 1
    if (code[end] === '>' && code[end - 1] !== '=') depth -= 1
    if (depth === 0) return end + 1
  }
  return offset
}

/** Offset of the parenthesis that closes the one at `open`. */
function closing(code: string, open: number): number {
  let depth = 0
  for (let end = open; end < code.length; end++) {
    if (code[end] === '(') depth += 1
    if (code[end] === ')') depth -= 1
    if (depth === 0) return end
  }
  return code.length
}
