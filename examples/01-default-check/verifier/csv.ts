/** The input cannot be read at all, so nothing can be said about agreement. */
export class UnreadableInput extends Error {
  override readonly name = 'UnreadableInput'
}

export type Encoding = 'utf-8' | 'gb18030'

/** Decodes a whole file and drops a byte order mark. @throws UnreadableInput on ill-formed bytes. */
export function decodeText(bytes: Uint8Array, encoding: Encoding): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    throw new UnreadableInput(`bytes that are not ${encoding}`)
  }
}

/**
 * Splits delimited text into rows of fields (RFC 4180 with any one-character separator).
 * Lines end in LF or CRLF; a field in quotes may hold separators, line breaks and doubled quotes.
 * A quote inside an unquoted field is an ordinary character; empty lines are no rows.
 *
 * @throws UnreadableInput when a quoted field is not closed, or text follows its closing quote
 */
export function parseDelimited(text: string, separator: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let position = 0
  while (position < text.length) {
    const field = text[position] === '"' ? readQuoted(text, position) : readPlain(text, position, separator)
    row.push(field.value)
    position = field.end
    if (text[position] === separator) {
      position += 1
      // A separator that ends the text is followed by one last, empty field.
      if (position === text.length) row.push('')
      else continue
    }
    const lineEnd = lineBreakLength(text, position)
    if (lineEnd === 0 && position < text.length) {
      throw new UnreadableInput(`text after a closing quote in row ${rows.length + 1}`)
    }
    position += lineEnd
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  return rows
}

interface Field {
  readonly value: string
  /** Position of the first character after the field. */
  readonly end: number
}

function readPlain(text: string, start: number, separator: string): Field {
  let end = start
  while (end < text.length && text[end] !== separator && lineBreakLength(text, end) === 0) end += 1
  return { value: text.slice(start, end), end }
}

function readQuoted(text: string, start: number): Field {
  let value = ''
  let from = start + 1
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote === -1) throw new UnreadableInput('a quoted field that is never closed')
    value += text.slice(from, quote)
    if (text[quote + 1] !== '"') return { value, end: quote + 1 }
    value += '"'
    from = quote + 2
  }
}

function lineBreakLength(text: string, position: number): number {
  if (text[position] === '\n') return 1
  return text[position] === '\r' && text[position + 1] === '\n' ? 2 : 0
}

/** Turns rows under a header into one map per row. @throws UnreadableInput on a row of another width. */
export function withHeader(rows: readonly string[][]): Map<string, string>[] {
  const [header, ...body] = rows
  if (header === undefined) throw new UnreadableInput('no header row')
  return body.map((row, index) => {
    if (row.length !== header.length) {
      throw new UnreadableInput(`row ${index + 1} has ${row.length} fields, the header ${header.length}`)
    }
    return new Map(header.map((name, column) => [name, row[column] ?? '']))
  })
}
