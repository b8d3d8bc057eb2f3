import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { SyncChunk, SyncHeader } from './messages.ts'
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
