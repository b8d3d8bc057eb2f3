/**
 * Download of a sealed table, or of a public list, in chunks.
 *
 *   client (inquirer)                     server (provider)
 *   hello(dataset)          ──────►
 *                           ◄──────       totalBytes
 *                           ◄──────       chunk · chunk · … · chunk
 *
 * Who holds an earlier version of a table asks for the deltas since then, under `delta-sync`:
 *
 *   hello(dataset), from, to ──────►
 *                           ◄──────       "deltas", delta from+1 · … · delta to;  or "whole"
 *
 * The content is public to members and checked by the caller against the commitment on the ledger. The provider
 * learns which member downloads which table, and nothing about its inquiries as long as members sync everything.
 */
import { concat } from '@mixun/core/bytes'
import type { Session } from '@mixun/core/session'
import {
  decodeDeltaAnswer,
  decodeDeltaFrame,
  decodeDeltaRequest,
  decodeSyncChunk,
  decodeSyncHeader,
  encodeDeltaAnswer,
  encodeDeltaRequest,
  encodeSyncHeader,
} from './codec.ts'
import type { DeltaRequest } from './messages.ts'
import { tableSyncParameters } from './params.ts'

/** What is sent, read a chunk at a time. */
export interface SyncContent {
  readonly totalBytes: number
  /** The `length` bytes from `offset` on, all of them below `totalBytes`. */
  read(offset: number, length: number): Uint8Array
}

/** Sends `content`, as fast as the peer takes it. In memory are the chunks that the channel holds. */
export async function runTableSyncServer(session: Session, content: SyncContent | Uint8Array): Promise<void> {
  const source: SyncContent = content instanceof Uint8Array ? inMemory(content) : content
  const { totalBytes } = source
  const { chunkBytes } = tableSyncParameters
  await session.send(encodeSyncHeader({ totalBytes }))
  for (let offset = 0; offset < totalBytes; offset += chunkBytes) {
    await session.send(source.read(offset, Math.min(chunkBytes, totalBytes - offset)))
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
  const chunks: Uint8Array[] = []
  await receiveContent(session, options, chunk => void chunks.push(chunk))
  return concat(...chunks)
}

/**
 * Receives the whole content a chunk at a time.
 *
 * @param take called with each chunk in order; what it throws ends the download
 * @throws ERR_DECODE_LENGTH, the errors of `Session.receive`, and those of `take`
 */
export async function receiveContent(
  session: Session,
  options: TableSyncOptions,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  const { totalBytes } = decodeSyncHeader(await session.receive(), options.maxBytes)
  for (let offset = 0; offset < totalBytes; ) {
    const { content } = decodeSyncChunk(await session.receive(), totalBytes - offset)
    take(content)
    offset += content.length
    options.onProgress?.(offset, totalBytes)
  }
  await session.close()
}

function inMemory(bytes: Uint8Array): SyncContent {
  return { totalBytes: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) }
}

/**
 * Answers one request for deltas.
 *
 * @param find the deltas from+1 to `to`, each read when it is sent; null when the whole table is shorter. What it throws
 * refuses the session
 */
export async function runDeltaSyncServer(
  session: Session,
  find: (request: DeltaRequest) => Promise<Iterable<Uint8Array> | null>,
): Promise<void> {
  const deltas = await find(decodeDeltaRequest(await session.receive()))
  await session.send(encodeDeltaAnswer(deltas === null ? 'whole' : 'deltas'))
  for (const delta of deltas ?? []) await session.send(delta)
  await session.close()
}

export interface DeltaSyncOptions extends DeltaRequest {
  /** Bytes of every delta of the table. */
  readonly deltaBytes: number
  readonly onProgress?: (received: number, total: number) => void
}

/** The encoded deltas in order, or null when the whole table is to be downloaded. @throws ERR_DECODE_… */
export async function runDeltaSyncClient(
  session: Session,
  options: DeltaSyncOptions,
): Promise<Uint8Array[] | null> {
  const { from, to, deltaBytes } = options
  await session.send(encodeDeltaRequest({ from, to }))
  const count = decodeDeltaAnswer(await session.receive()) === 'deltas' ? to - from : 0
  const deltas: Uint8Array[] = []
  while (deltas.length < count) {
    deltas.push(decodeDeltaFrame(await session.receive(), deltaBytes))
    options.onProgress?.(deltas.length, count)
  }
  await session.close()
  return count === 0 ? null : deltas
}
