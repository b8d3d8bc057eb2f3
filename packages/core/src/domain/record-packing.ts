import { compareBytes, concat } from '../bytes/index.ts'
import { Reader } from '../codec/index.ts'
import { fail } from '../errors/index.ts'
import type { DefaultRecord } from './default-record.ts'
import { decodeRecord, encodeRecord } from './record-codec.ts'

const VERSION = 1
const HEADER_BYTES = 4
const MAX_ROWS = 255
const MAX_RECORDS_PER_ROW = 255

/** By date, kind, then the rest of the encoding; 0 only for records that are equal in every field. */
export function compareRecords(a: DefaultRecord, b: DefaultRecord): number {
  return compareBytes(encodeRecord(a), encodeRecord(b))
}

/**
 * Encodes all records of one subject and class as row payloads, in the order of {@link compareRecords}: the same
 * records give the same bytes whatever their order. A payload is version (1) ‖ row number (1) ‖ number of rows (1) ‖
 * records in this row (1) ‖ records, unpadded; so a reader notices when one row of several is kept from him.
 *
 * @param rowPayloadBytes the most bytes a row can carry
 * @param maxRows the rows that the table allows a subject
 * @returns one payload a row, each 1 to `rowPayloadBytes` bytes; none when there are no records. Secret.
 * @throws ERR_RECORD_OVERFLOW when the records need more or longer rows
 * @throws ERR_RECORD_INVALID when two classes are mixed or a record occurs twice
 */
export function packRecords(
  records: readonly DefaultRecord[],
  rowPayloadBytes: number,
  maxRows: number,
): Uint8Array[] {
  if (records.some(record => record.class !== records[0]?.class)) {
    fail('ERR_RECORD_INVALID', 'class: expected the records of one class')
  }
  const encoded = records.map(encodeRecord).sort(compareBytes)
  const rows: Uint8Array[][] = []
  let free = 0
  for (const [i, bytes] of encoded.entries()) {
    const previous = encoded[i - 1]
    if (previous && compareBytes(previous, bytes) === 0)
      fail('ERR_RECORD_INVALID', 'expected each record once')
    const room = rowPayloadBytes - HEADER_BYTES
    if (bytes.length > room) {
      fail('ERR_RECORD_OVERFLOW', `expected a record of at most ${room} bytes, found one of ${bytes.length}`)
    }
    if (bytes.length > free || rows.at(-1)?.length === MAX_RECORDS_PER_ROW) {
      rows.push([])
      free = room
    }
    rows.at(-1)?.push(bytes)
    free -= bytes.length
  }
  const limit = Math.min(maxRows, MAX_ROWS)
  if (rows.length > limit) {
    fail('ERR_RECORD_OVERFLOW', `expected records that fit ${limit} rows of ${rowPayloadBytes} bytes`)
  }
  return rows.map((row, i) => concat(Uint8Array.of(VERSION, i, rows.length, row.length), ...row))
}

/**
 * Decodes all payloads of one subject and class, in row order, as {@link packRecords} made them.
 *
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_RECORD_INVALID on malformed content
 * @throws ERR_DECODE_CANONICAL when a row is missing, out of order or repeated, or records are not in order
 */
export function unpackRecords(payloads: readonly Uint8Array[]): DefaultRecord[] {
  const records: DefaultRecord[] = []
  for (const [i, payload] of payloads.entries()) {
    const reader = new Reader(payload)
    if (reader.uint8() !== VERSION) fail('ERR_DECODE_SCHEMA', `row payload: expected version ${VERSION}`)
    if (reader.uint8() !== i || reader.uint8() !== payloads.length) {
      fail('ERR_DECODE_CANONICAL', `row payload: expected row ${i} of ${payloads.length}`)
    }
    const count = reader.uint8()
    if (count === 0) fail('ERR_DECODE_CANONICAL', 'row payload: expected at least one record')
    for (let j = 0; j < count; j++) append(records, decodeRecord(reader))
    reader.end()
  }
  return records
}

function append(records: DefaultRecord[], record: DefaultRecord): void {
  const previous = records.at(-1)
  if (previous && compareRecords(previous, record) >= 0) {
    fail('ERR_DECODE_CANONICAL', 'row payload: expected records in order, each once')
  }
  if (previous && previous.class !== record.class) {
    fail('ERR_DECODE_CANONICAL', 'row payload: expected records of one class')
  }
  records.push(record)
}
