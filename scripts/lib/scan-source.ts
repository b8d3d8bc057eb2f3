/** A TypeScript source and the same text with everything blanked that is not code. */
export interface ScannedSource {
  readonly text: string
  /** `text` with comments, regular expressions and the insides of strings as spaces: same length, same lines. */
  readonly code: string
}

export interface ImportStatement {
  /** What is imported; null for `import()` of an expression. */
  readonly specifier: string | null
  readonly line: number
  readonly typeOnly: boolean
  readonly dynamic: boolean
}

/** Words behind which a slash starts a regular expression, not a division. */
const EXPRESSION_WORDS = new Set(
  'return typeof case in of delete void throw new else do instanceof yield await'.split(' '),
)

/** Blanks what is not code, so that patterns over the rest cannot be fooled by a comment or a string. */
export function scanSource(text: string): ScannedSource {
  const chars = text.split('')
  const blank = (from: number, to: number): void => {
    for (let i = from; i < to; i++) if (chars[i] !== '\n') chars[i] = ' '
  }
  /** Depth of braces inside each open `${` of a template, innermost last. */
  const templates: number[] = []
  let lastToken = ''
  let i = 0

  const template = (start: number): number => {
    let end = start
    while (end < text.length && text[end] !== '`' && !text.startsWith('${', end))
      end += text[end] === '\\' ? 2 : 1
    blank(start, Math.min(end, text.length))
    if (text[end] === '`') {
      lastToken = '`'
      return end + 1
    }
    templates.push(0)
    lastToken = '{'
    return end + 2
  }

  while (i < text.length) {
    const char = text[i] as string
    if (text.startsWith('//', i)) {
      const end = endOf(text, '\n', i)
      blank(i, end)
      i = end
    } else if (text.startsWith('/*', i)) {
      const end = endOf(text, '*/', i + 2) + 2
      blank(i, end)
      i = end
    } else if (char === "'" || char === '"') {
      const end = closingQuote(text, i)
      blank(i + 1, end)
      lastToken = char
      i = end + 1
    } else if (char === '`') {
      i = template(i + 1)
    } else if (char === '}' && templates.at(-1) === 0) {
      templates.pop()
      i = template(i + 1)
    } else if (char === '/' && startsExpression(lastToken)) {
      const end = endOfRegularExpression(text, i)
      blank(i, end)
      lastToken = '/'
      i = end
    } else if (/[\w$]/.test(char)) {
      const word = /^[\w$]+/.exec(text.slice(i, i + 100))?.[0] ?? char
      lastToken = word
      i += word.length
    } else {
      const depth = templates.length - 1
      if (char === '{' && depth >= 0) templates[depth] = (templates[depth] ?? 0) + 1
      if (char === '}' && depth >= 0) templates[depth] = (templates[depth] ?? 0) - 1
      if (char.trim() !== '') lastToken = char
      i += 1
    }
  }
  return { text, code: chars.join('') }
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from)
  return end < 0 ? text.length : end
}

function closingQuote(text: string, start: number): number {
  let end = start + 1
  while (end < text.length && text[end] !== text[start] && text[end] !== '\n')
    end += text[end] === '\\' ? 2 : 1
  return end
}

function startsExpression(lastToken: string): boolean {
  return EXPRESSION_WORDS.has(lastToken) || !/[\w$)\]}'"`/]$/.test(lastToken)
}

function endOfRegularExpression(text: string, start: number): number {
  let inClass = false
  let end = start + 1
  while (end < text.length && text[end] !== '\n' && (inClass || text[end] !== '/')) {
    if (text[end] === '[') inClass = true
    if (text[end] === ']') inClass = false
    end += text[end] === '\\' ? 2 : 1
  }
  end += 1
  while (/[a-z]/.test(text[end] ?? '')) end += 1
  return end
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let i = 0; i < offset; i++) if (text[i] === '\n') line += 1
  return line
}

const STATIC_IMPORT = /(?<![.\w$])import\b\s*(type\b(?!\s*from\b))?[\w$*{},\s]*?(?:\bfrom\s*)?(?=['"])/g
const RE_EXPORT = /(?<![.\w$])export\s+(type\b\s*)?(?:\*(?:\s*as\s+[\w$]+)?|\{[^}]*\})\s*from\s*(?=['"])/g
const DYNAMIC_IMPORT = /(?<![.\w$])(?:import|require)\s*\(\s*/g

/** Static, re-exporting and dynamic imports, types included, in order of their lines. */
export function importsOf({ text, code }: ScannedSource): ImportStatement[] {
  const imports: ImportStatement[] = []
  for (const pattern of [STATIC_IMPORT, RE_EXPORT, DYNAMIC_IMPORT]) {
    for (const match of code.matchAll(pattern)) {
      imports.push({
        specifier: literalAt(text, code, match.index + match[0].length),
        line: lineAt(text, match.index),
        typeOnly: pattern !== DYNAMIC_IMPORT && match[1] !== undefined,
        dynamic: pattern === DYNAMIC_IMPORT,
      })
    }
  }
  return imports.sort((a, b) => a.line - b.line)
}

function literalAt(text: string, code: string, offset: number): string | null {
  const quote = code[offset]
  if (quote !== "'" && quote !== '"') return null
  return text.slice(offset + 1, code.indexOf(quote, offset + 1))
}
