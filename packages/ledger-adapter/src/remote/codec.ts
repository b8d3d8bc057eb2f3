import { fromUtf8, utf8 } from '@mixun/core/bytes'
import { Reader, recordCodec, text, uint, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { z } from 'zod'
import { appendReceiptCodec, RECEIPT_SIGNATURE_BYTES } from '../ledger/append-receipt.ts'
import { MAX_INTENT_RECEIPT_BYTES } from '../ledger/intent-receipt.ts'
import type { Appended } from '../ledger/ledger.ts'
import { StoredEntry } from '../ledger/stored-entry.ts'
import { entryCodec } from '../ledger/ledger-entry.ts'
import type { PointsBalance } from '../points/journal.ts'
import type { LedgerAnswer, LedgerRefusal, LedgerRequest, LedgerVerb } from './messages.ts'

const VERBS = ['append', 'checkpoint', 'entries', 'inclusion', 'consistency', 'balance', 'cosign'] as const

/** First byte behind the request id of an answer. */
const Status = { ok: 0, refused: 1 } as const

const MAX_PROOF_NODES = 64
const MAX_NOTE_BYTES = 4_096

/** Request: id (4 bytes), verb (1 byte), fields of the verb. */
export function encodeRequest(requestId: number, request: LedgerRequest): Uint8Array {
  const writer = new Writer().uint32(requestId).uint8(VERBS.indexOf(request.verb))
  switch (request.verb) {
    case 'append':
      return writer.bytes32(entryCodec.encode(request.entry)).finish()
    case 'checkpoint':
      return writer.finish()
    case 'entries':
      return writer.uint64(request.from).uint32(request.limit).finish()
    case 'inclusion':
      return writer.uint64(request.index).uint64(request.treeSize).finish()
    case 'consistency':
      return writer.uint64(request.firstSize).uint64(request.secondSize).finish()
    case 'balance':
      return writer.bytes16(utf8(request.partyId)).finish()
    case 'cosign':
      return writer.bytes16(utf8(request.note ?? '')).finish()
  }
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_DECODE_CANONICAL */
export function decodeRequest(bytes: Uint8Array): { requestId: number; request: LedgerRequest } {
  const reader = new Reader(bytes)
  const requestId = reader.uint32()
  const request = readRequest(reader)
  reader.end()
  return { requestId, request }
}

/** Answer: request id (4 bytes), status (1 byte), the answer of the verb. */
export function encodeAnswer<V extends LedgerVerb>(
  requestId: number,
  verb: V,
  answer: LedgerAnswer<V>,
): Uint8Array {
  const writer = new Writer().uint32(requestId).uint8(Status.ok)
  answerCodecs[verb].write(writer, answer)
  return writer.finish()
}

export function encodeRefusal(requestId: number, refusal: LedgerRefusal): Uint8Array {
  return new Writer().uint32(requestId).uint8(Status.refused).bytes16(refusalCodec.encode(refusal)).finish()
}

/** The id of the request that an answer is for. */
export function answeredRequest(bytes: Uint8Array): number {
  return new Reader(bytes).uint32()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA, ERR_DECODE_CANONICAL */
export function decodeAnswer<V extends LedgerVerb>(
  verb: V,
  bytes: Uint8Array,
): { answer: LedgerAnswer<V> } | { refusal: LedgerRefusal } {
  const reader = new Reader(bytes)
  reader.uint32()
  const status = reader.uint8()
  if (status !== Status.ok && status !== Status.refused) {
    fail('ERR_DECODE_SCHEMA', `expected an answer or a refusal, found status ${status}`)
  }
  const decoded =
    status === Status.ok
      ? { answer: answerCodecs[verb].read(reader) }
      : { refusal: refusalCodec.decode(reader.bytes16(refusalCodec.maxBytes)) }
  reader.end()
  return decoded
}

function readRequest(reader: Reader): LedgerRequest {
  const verb = VERBS[reader.uint8()]
  switch (verb) {
    case 'append':
      return { verb, entry: entryCodec.decode(reader.bytes32(entryCodec.maxBytes)) }
    case 'checkpoint':
      return { verb }
    case 'entries':
      return { verb, from: reader.uint64(), limit: reader.uint32() }
    case 'inclusion':
      return { verb, index: reader.uint64(), treeSize: reader.uint64() }
    case 'consistency':
      return { verb, firstSize: reader.uint64(), secondSize: reader.uint64() }
    case 'balance':
      return { verb, partyId: fromUtf8(reader.bytes16(32)) }
    case 'cosign':
      return { verb, note: fromUtf8(reader.bytes16(MAX_NOTE_BYTES)) || null }
    default:
      return fail('ERR_DECODE_SCHEMA', 'expected a verb of the ledger protocol')
  }
}

const refusalCodec = recordCodec(
  'ledger refusal',
  z.strictObject({ code: text(64), required: uint().nullable(), available: uint().nullable() }),
  256,
)

interface AnswerCodec<T> {
  write(writer: Writer, answer: T): void
  read(reader: Reader): T
}

const proofCodec: AnswerCodec<Uint8Array[]> = {
  write: (writer, nodes) => {
    writer.uint8(nodes.length)
    for (const node of nodes) writer.fixed(node, 32)
  },
  read: reader => {
    const count = reader.uint8()
    if (count > MAX_PROOF_NODES)
      fail('ERR_DECODE_LENGTH', `expected at most ${MAX_PROOF_NODES} nodes, found ${count}`)
    return Array.from({ length: count }, () => Uint8Array.from(reader.fixed(32)))
  },
}

const appendedCodec: AnswerCodec<Appended> = {
  write: (writer, { receipt, intentReceipt }) => {
    writer.bytes16(appendReceiptCodec.encode(receipt)).bytes16(intentReceipt ?? new Uint8Array(0))
  },
  read: reader => {
    const receipt = appendReceiptCodec.decode(reader.bytes16(appendReceiptCodec.maxBytes))
    const intentReceipt = Uint8Array.from(reader.bytes16(MAX_INTENT_RECEIPT_BYTES))
    return { receipt, intentReceipt: intentReceipt.length === 0 ? null : intentReceipt }
  },
}

const pageCodec: AnswerCodec<StoredEntry[]> = {
  write: (writer, page) => {
    writer.uint16(page.length)
    for (const { index, bytes, sequencedAt, receiptSignature } of page) {
      writer.uint64(index).uint64(sequencedAt).bytes16(receiptSignature).bytes32(bytes)
    }
  },
  read: reader =>
    Array.from({ length: reader.uint16() }, () => {
      const place = { index: reader.uint64(), sequencedAt: reader.uint64() }
      const receiptSignature = Uint8Array.from(reader.bytes16(RECEIPT_SIGNATURE_BYTES.max))
      const bytes = Uint8Array.from(reader.bytes32(entryCodec.maxBytes))
      const stored = new StoredEntry({ ...place, receiptSignature, bytes })
      // Here, where a peer is to blame for what does not decode.
      void stored.entry
      return stored
    }),
}

const balanceCodec: AnswerCodec<PointsBalance> = {
  write: (writer, { available, reserved, spent, earned }) => {
    writer.uint64(available).uint64(reserved).uint64(spent).uint64(earned)
  },
  read: reader => ({
    available: reader.uint64(),
    reserved: reader.uint64(),
    spent: reader.uint64(),
    earned: reader.uint64(),
  }),
}

const checkpointCodec: AnswerCodec<string> = {
  write: (writer, note) => void writer.bytes16(utf8(note)),
  read: reader => fromUtf8(reader.bytes16(MAX_NOTE_BYTES)),
}

const notesCodec: AnswerCodec<string[]> = {
  write: (writer, notes) => {
    writer.uint16(notes.length)
    for (const note of notes) writer.bytes16(utf8(note))
  },
  read: reader => Array.from({ length: reader.uint16() }, () => fromUtf8(reader.bytes16(MAX_NOTE_BYTES))),
}

const answerCodecs: { [V in LedgerVerb]: AnswerCodec<LedgerAnswer<V>> } = {
  append: appendedCodec,
  checkpoint: checkpointCodec,
  entries: pageCodec,
  inclusion: proofCodec,
  consistency: proofCodec,
  balance: balanceCodec,
  cosign: notesCodec,
}
