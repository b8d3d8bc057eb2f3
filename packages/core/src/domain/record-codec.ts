import { fromUtf8, utf8 } from '../bytes/index.ts'
import { type Reader, Writer } from '../codec/index.ts'
import { fail } from '../errors/index.ts'
import { DefaultRecord, type RecordStatus } from './default-record.ts'
import { calendarDate, type IsoDate } from './iso-date.ts'
import { kindByCode, RECORD_KINDS } from './kinds.ts'

const HAS_AMOUNT = 1
const HAS_CURED_ON = 2
const MAX_REPORTER_BYTES = 32
// Position is the wire number; append only.
const STATUS_WIRE: readonly RecordStatus[] = ['open', 'cured', 'disputed', 'withdrawn']

/**
 * One record in 44 to 88 bytes: occurredOn (4, YYYYMMDD) ‖ kind (2) ‖ flags (1) ‖ amount in fen (8, if known) ‖
 * status (1) ‖ curedOn (4, if any) ‖ reporter (2 + n) ‖ sourceDigest (32). Bytewise order is the order of records.
 */
export function encodeRecord(record: DefaultRecord): Uint8Array {
  const { occurredOn, kind, amountFen, status, curedOn, reporter, sourceDigest } = record.toPlain()
  const writer = new Writer()
    .uint32(dateNumber(occurredOn))
    .uint16(kindByCode(kind).wire)
    .uint8((amountFen === null ? 0 : HAS_AMOUNT) | (curedOn === null ? 0 : HAS_CURED_ON))
  if (amountFen !== null) writer.uint64(Number(amountFen))
  writer.uint8(STATUS_WIRE.indexOf(status))
  if (curedOn !== null) writer.uint32(dateNumber(curedOn))
  return writer.bytes16(utf8(reporter)).fixed(sourceDigest, 32).finish()
}

/** Reads one record of {@link encodeRecord}. @throws ERR_DECODE_LENGTH, ERR_DECODE_SCHEMA, ERR_RECORD_INVALID */
export function decodeRecord(reader: Reader): DefaultRecord {
  const occurredOn = readDate(reader)
  const wire = reader.uint16()
  const kind = RECORD_KINDS.find(entry => entry.wire === wire) ?? malformed('a kind of the catalogue')
  const flags = reader.uint8()
  if (flags > (HAS_AMOUNT | HAS_CURED_ON)) malformed('no unknown flag')
  const amountFen = flags & HAS_AMOUNT ? BigInt(reader.uint64()) : null
  const status = STATUS_WIRE[reader.uint8()] ?? malformed('a known status')
  const curedOn = flags & HAS_CURED_ON ? readDate(reader) : null
  const reporter = fromUtf8(reader.bytes16(MAX_REPORTER_BYTES))
  const sourceDigest = reader.fixed(32)
  return DefaultRecord.of({
    kind: kind.code,
    occurredOn,
    amountFen,
    status,
    curedOn,
    sourceDigest,
    reporter,
  })
}

const dateNumber = (date: IsoDate): number => Number(date.replaceAll('-', ''))

function readDate(reader: Reader): IsoDate {
  const number = reader.uint32()
  const date = calendarDate(Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100)
  return date ?? malformed('a day of the calendar')
}

function malformed(expected: string): never {
  return fail('ERR_DECODE_SCHEMA', `default record: expected ${expected}`)
}
