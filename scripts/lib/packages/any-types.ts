import { lineAt, scanSource } from '../scan-source.ts'

/** Lines of a `.d.ts` whose declarations contain `any`: it would switch checking off in the code that uses it. */
export function anyTypes(path: string, declarations: string): string[] {
  const { text, code } = scanSource(declarations)
  return [...code.matchAll(/(?<![.\w$])any(?![\w$]|\s*\()/g)].map(
    match => `${path}:${lineAt(text, match.index)} declares any`,
  )
}
