import { pipeline, Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { fail } from '@mixun/core/errors'
import type { Suite } from '@mixun/core/suite'
import { decodeText } from './decode-text.ts'
import type { ImportProfile } from './profile.ts'
import { checkHeader, type Header, SourceRow } from './source-row.ts'

/** What one row may hold; larger rows end the import. */
export interface RowLimits {
  readonly maxRowBytes: number
  readonly maxFieldChars: number
}

export const DEFAULT_ROW_LIMITS: RowLimits = { maxRowBytes: 65_536, maxFieldChars: 8_192 }

/** A file on its way to {@link readRows}: counts and hashes what passes. */
export interface MeteredFile {
  readonly bytes: AsyncIterable<Uint8Array>
  bytesRead(): number
  /** The suite's hash of the whole file, 32 bytes; call once, after the last byte. */
  digest(): Uint8Array
}

export function meterFile(suite: Suite, bytes: AsyncIterable<Uint8Array>): MeteredFile {
  const hash = suite.startHash()
  let count = 0
  async function* metered(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      hash.update(chunk)
      count += chunk.length
      yield chunk
    }
  }
  return { bytes: metered(), bytesRead: () => count, digest: () => hash.digest() }
}

interface ParsedRow {
  readonly record: readonly string[]
  /** The text of the row, and before it one character for each blank line that was skipped. */
  readonly raw: string
}

/**
 * Streams the rows of an export: decodes strictly, parses quoted fields with separators and line breaks, checks the
 * header. Blank lines are skipped. Holds a few rows in memory whatever the size of the file.
 *
 * @throws ERR_IMPORT_ENCODING, ERR_IMPORT_COLUMNS, ERR_IMPORT_ROW; no message holds a cell
 */
export async function* readRows(
  profile: ImportProfile,
  bytes: AsyncIterable<Uint8Array>,
  limits: RowLimits = DEFAULT_ROW_LIMITS,
): AsyncGenerator<SourceRow> {
  const text = Readable.from(decodeText(profile, bytes, limits.maxRowBytes))
  const parser = parse({
    delimiter: profile.separator,
    max_record_size: limits.maxRowBytes,
    raw: true,
    record_delimiter: ['\r\n', '\n'],
    // Judged below, with a message of our own.
    relax_column_count: true,
    skip_empty_lines: true,
  })
  // Errors of both reach the loop below through the parser.
  const rows: AsyncIterable<ParsedRow> = pipeline(text, parser, () => undefined)
  let header: Header | null = null
  let dataRow = 0
  let nextLine = 1
  try {
    for await (const { record, raw } of rows) {
      const line = nextLine + blankLines(raw)
      nextLine = line + lineBreaks(record) + 1
      if (header === null) {
        header = checkHeader(profile, record)
        continue
      }
      dataRow++
      checkRow(record, header, dataRow, line, limits)
      yield new SourceRow(header, record, dataRow, line)
    }
  } catch (error) {
    if (error instanceof CsvError) failParse(error)
    throw error
  }
  if (header === null) checkHeader(profile, [])
}

function checkRow(
  record: readonly string[],
  header: Header,
  dataRow: number,
  line: number,
  { maxFieldChars }: RowLimits,
): void {
  const details = { dataRow, line }
  if (record.length !== header.columns.length) {
    fail(
      'ERR_IMPORT_ROW',
      `row ${dataRow} (line ${line}): expected ${header.columns.length} columns, found ${record.length}`,
      { details },
    )
  }
  if (record.some(value => value.length > maxFieldChars)) {
    fail(
      'ERR_IMPORT_ROW',
      `row ${dataRow} (line ${line}): expected fields of at most ${maxFieldChars} characters`,
      {
        details,
      },
    )
  }
}

/** The parser's own messages quote the row, so neither they nor the error itself go on. */
function failParse(error: CsvError): never {
  // `records` counts the rows before this one, the header among them.
  const { code, lines, records } = error as CsvError & { readonly lines: number; readonly records: number }
  return fail(
    'ERR_IMPORT_ROW',
    `row ${records} (near line ${lines}): expected a well-formed row within the size limits, found ${code}`,
    { details: { dataRow: records, line: lines } },
  )
}

// The parser's own count of lines takes a CRLF inside quotes for two.
const blankLines = (raw: string): number => /^[\r\n]*/.exec(raw)?.[0].length ?? 0

function lineBreaks(record: readonly string[]): number {
  let count = 0
  for (const value of record) for (const char of value) if (char === '\n') count++
  return count
}
