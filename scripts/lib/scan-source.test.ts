import { describe, expect, it } from 'vitest'
import { importsOf, scanSource } from './scan-source.ts'

const codeOf = (text: string): string => scanSource(text).code.replaceAll(/\s+/g, ' ').trim()
const specifiers = (text: string): (string | null)[] =>
  importsOf(scanSource(text)).map(({ specifier }) => specifier)

describe('scanSource', () => {
  it('blanks comments, strings and regular expressions and keeps the code', () => {
    expect(codeOf("a // await\nb /* await\n await */ c 'await' d")).toBe("a b c ' ' d")
    expect(codeOf('const x = /await "/g.test(y) // no')).toBe('const x = .test(y)')
    expect(codeOf('x = a / b / c')).toBe('x = a / b / c')
    expect(codeOf('return /[/"]/.exec(s)')).toBe('return .exec(s)')
    expect(codeOf(String.raw`'it\'s' + "a\"b" + c`)).toBe(`' ' + " " + c`)
  })

  it('keeps the code inside templates, nested ones too', () => {
    expect(codeOf('`await ${one({ a: `x ${two} y` })} await` + three')).toBe(
      '` ${one({ a: ` ${two} ` })} ` + three',
    )
  })

  it('keeps lengths and lines', () => {
    const text = "import 'a'\n/* two\nlines 😀 */ const b = `x\ny`\n"
    const { code } = scanSource(text)
    expect(code.length).toBe(text.length)
    expect(code.split('\n').length).toBe(text.split('\n').length)
  })
})

describe('importsOf', () => {
  it('finds static, bare, type, re-exporting and dynamic imports', () => {
    const text = [
      "import a from 'a'",
      "import type { B } from 'b'",
      'import {',
      '  c, // from "not"',
      '  type d,',
      "} from 'c'",
      "import * as e from 'e'",
      "import 'f'",
      "export { g } from 'g'",
      "export * from 'h'",
      "export type { I } from 'i'",
      "const j = await import('j')",
      "type K = import('k').K",
      'const l = import(name)',
      'export const from = 1',
      "const m = 'import x from nothing'",
      'const n = import.meta.url',
    ].join('\n')
    expect(importsOf(scanSource(text))).toEqual([
      { specifier: 'a', line: 1, typeOnly: false, dynamic: false },
      { specifier: 'b', line: 2, typeOnly: true, dynamic: false },
      { specifier: 'c', line: 3, typeOnly: false, dynamic: false },
      { specifier: 'e', line: 7, typeOnly: false, dynamic: false },
      { specifier: 'f', line: 8, typeOnly: false, dynamic: false },
      { specifier: 'g', line: 9, typeOnly: false, dynamic: false },
      { specifier: 'h', line: 10, typeOnly: false, dynamic: false },
      { specifier: 'i', line: 11, typeOnly: true, dynamic: false },
      { specifier: 'j', line: 12, typeOnly: false, dynamic: true },
      { specifier: 'k', line: 13, typeOnly: false, dynamic: true },
      { specifier: null, line: 14, typeOnly: false, dynamic: true },
    ])
  })

  it('finds none in comments, strings, members and other words', () => {
    expect(specifiers("// import 'a'\nx.import('b')\nreimport('c')\nconst s = \"import 'd'\"")).toEqual([])
  })
})
