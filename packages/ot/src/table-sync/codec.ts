import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { DeltaAnswer, DeltaRequest, SyncChunk, SyncHeader } from './messages.ts'
import { tableSyncParameters } from './params.ts'

export function encodeSyncHeader(header: SyncHeader): Uint8Array {
  return new Writer().uint64(header.totalBytes).finish()
}

/** @throws ERR_DECODE_LENGTH when the provider announces more than `maxBytes` */
export function decodeSyncHeader(bytes: Uint8Array, maxBytes: number): SyncHeader {
  const reader = new Reader(bytes)
  const totalBytes = reader.uint64()
  reader.end()
  if (totalBytes > maxBytes) {
    fail('ERR_DECODE_LENGTH', `expected a content of at most ${maxBytes} bytes, found ${totalBytes}`)
  }
  return { totalBytes }
}

/** @throws ERR_DECODE_LENGTH unless the chunk is full, or ends the content */
export function decodeSyncChunk(bytes: Uint8Array, remainingBytes: number): SyncChunk {
  const expected = Math.min(remainingBytes, tableSyncParameters.chunkBytes)
  if (bytes.length !== expected) {
    fail('ERR_DECODE_LENGTH', `expected a chunk of ${expected} bytes, found ${bytes.length}`)
  }
  return { content: bytes }
}

const ANSWERS: readonly DeltaAnswer[] = ['deltas', 'whole']

export function encodeDeltaRequest({ from, to }: DeltaRequest): Uint8Array {
  return new Writer().uint32(from).uint32(to).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA unless `to` is above `from` */
export function decodeDeltaRequest(bytes: Uint8Array): DeltaRequest {
  const reader = new Reader(bytes)
  const request = { from: reader.uint32(), to: reader.uint32() }
  reader.end()
  if (request.to <= request.from) fail('ERR_DECODE_SCHEMA', 'expected versions in ascending order')
  return request
}

export function encodeDeltaAnswer(answer: DeltaAnswer): Uint8Array {
  return new Writer().uint8(ANSWERS.indexOf(answer)).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA */
export function decodeDeltaAnswer(bytes: Uint8Array): DeltaAnswer {
  const reader = new Reader(bytes)
  const answer = ANSWERS[reader.uint8()]
  reader.end()
  return answer ?? fail('ERR_DECODE_SCHEMA', 'expected deltas, or the word that the whole table is shorter')
}

/** @throws ERR_DECODE_LENGTH unless it is as long as every delta of the table */
export function decodeDeltaFrame(bytes: Uint8Array, deltaBytes: number): Uint8Array {
  if (bytes.length !== deltaBytes) {
    fail('ERR_DECODE_LENGTH', `expected a delta of ${deltaBytes} bytes, found ${bytes.length}`)
  }
  return bytes
}
