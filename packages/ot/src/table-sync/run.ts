/**
 * Download of a sealed table, or of a public list, in chunks.
 *
 *   client (inquirer)                     server (provider)
 *   hello(dataset)          ──────►
 *                           ◄──────       totalBytes
 *                           ◄──────       chunk · chunk · … · chunk
 *
 * The content is public to members and checked by the caller against the commitment on the ledger. The provider
 * learns which member downloads which table, and nothing about its inquiries as long as members sync everything.
 */
import type { Session } from '@mixun/core/session'
import { decodeSyncChunk, decodeSyncHeader, encodeSyncHeader } from './codec.ts'
import { tableSyncParameters } from './params.ts'

/** Sends `content`, as fast as the peer takes it. */
export async function runTableSyncServer(session: Session, content: Uint8Array): Promise<void> {
  await session.send(encodeSyncHeader({ totalBytes: content.length }))
  for (let offset = 0; offset < content.length; offset += tableSyncParameters.chunkBytes) {
    await session.send(content.subarray(offset, offset + tableSyncParameters.chunkBytes))
  }
  await session.close()
}

/** Options of {@link runTableSyncClient}. */
export interface TableSyncOptions {
  /** What the commitment on the ledger allows. */
  readonly maxBytes: number
  readonly onProgress?: (receivedBytes: number, totalBytes: number) => void
}

/** Receives the whole content. @throws ERR_DECODE_LENGTH and the errors of `Session.receive` */
export async function runTableSyncClient(session: Session, options: TableSyncOptions): Promise<Uint8Array> {
  const { totalBytes } = decodeSyncHeader(await session.receive(), options.maxBytes)
  const content = new Uint8Array(totalBytes)
  for (let offset = 0; offset < totalBytes; ) {
    const chunk = decodeSyncChunk(await session.receive(), totalBytes - offset)
    content.set(chunk.content, offset)
    offset += chunk.content.length
    options.onProgress?.(offset, totalBytes)
  }
  await session.close()
  return content
}
