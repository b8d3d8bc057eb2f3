import type { Dataset, Session } from '@mixun/core/session'
import { deltaBytes, type TableCommitment } from '@mixun/ot/sealed-table'
import {
  DELTA_SYNC_PROTOCOL,
  type DeltaRequest,
  deltaSyncParameters,
  receiveContent,
  runDeltaSyncClient,
  runTableSyncClient,
  type SyncProtocol,
  tableSyncParameters,
} from '@mixun/ot/table-sync'
import type { Consortium } from './consortium.ts'

export interface DownloadRequest {
  readonly protocol: SyncProtocol
  readonly dataset: Dataset
  /** What the ledger says, or the limit of the format. */
  readonly maxBytes: number
}

/**
 * Downloads what a member published.
 *
 * @throws ERR_CHANNEL_TIMEOUT, ERR_PEER_REFUSED and what a session and its channel throw
 */
export function download(consortium: Consortium, request: DownloadRequest): Promise<Uint8Array> {
  const { protocol, dataset, maxBytes } = request
  return unlessSilent(
    consortium,
    { protocol, parameters: tableSyncParameters.id, dataset },
    (session, heard) => runTableSyncClient(session, { maxBytes, onProgress: heard }),
  )
}

/** {@link download} of what need not fit into memory: `take` is called with each piece, in order. @throws as it */
export function downloadPieces(
  consortium: Consortium,
  request: DownloadRequest,
  take: (piece: Uint8Array) => void,
): Promise<void> {
  const { protocol, dataset, maxBytes } = request
  return unlessSilent(
    consortium,
    { protocol, parameters: tableSyncParameters.id, dataset },
    (session, heard) => receiveContent(session, { maxBytes, onProgress: heard }, take),
  )
}

/** The deltas of a table between two versions; null when the whole table is shorter. @throws as {@link download} */
export function downloadDeltas(
  consortium: Consortium,
  commitment: TableCommitment,
  request: DeltaRequest,
): Promise<Uint8Array[] | null> {
  const { provider, class: className, epoch } = commitment
  const dataset = { provider, class: className, epoch }
  const hello = { protocol: DELTA_SYNC_PROTOCOL, parameters: deltaSyncParameters.id, dataset }
  return unlessSilent(consortium, hello, (session, heard) =>
    runDeltaSyncClient(session, { ...request, deltaBytes: deltaBytes(commitment), onProgress: heard }),
  )
}

interface SyncHello {
  readonly protocol: string
  readonly parameters: string
  readonly dataset: Dataset
}

/** However long the work takes, the member may be silent for `answerTimeoutMs` at most. */
async function unlessSilent<T>(
  consortium: Consortium,
  hello: SyncHello,
  work: (session: Session, heard: () => void) => Promise<T>,
): Promise<T> {
  const silence = new AbortController()
  const timer = setTimeout(
    () => silence.abort(new DOMException('nothing was received', 'TimeoutError')),
    consortium.home.config.limits.answerTimeoutMs,
  )
  let session: Session | undefined
  try {
    session = await consortium.openSession(hello.dataset.provider, { ...hello, signal: silence.signal })
    return await work(session, () => void timer.refresh())
  } catch (error) {
    session?.abort()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
