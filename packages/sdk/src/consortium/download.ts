import type { Dataset, Session } from '@mixun/core/session'
import { runTableSyncClient, type SyncProtocol, tableSyncParameters } from '@mixun/ot/table-sync'
import type { Consortium } from './consortium.ts'

export interface DownloadRequest {
  readonly protocol: SyncProtocol
  readonly dataset: Dataset
  /** What the ledger says, or the limit of the format. */
  readonly maxBytes: number
}

/**
 * Downloads what a member published. However long it takes, the member may be silent for `answerTimeoutMs` at most.
 *
 * @throws ERR_CHANNEL_TIMEOUT, ERR_PEER_REFUSED and what a session and its channel throw
 */
export async function download(consortium: Consortium, request: DownloadRequest): Promise<Uint8Array> {
  const { protocol, dataset, maxBytes } = request
  const silence = new AbortController()
  const timer = setTimeout(
    () => silence.abort(new DOMException('nothing was received', 'TimeoutError')),
    consortium.home.config.limits.answerTimeoutMs,
  )
  let session: Session | undefined
  try {
    session = await consortium.openSession(dataset.provider, {
      protocol,
      parameters: tableSyncParameters.id,
      dataset,
      signal: silence.signal,
    })
    return await runTableSyncClient(session, { maxBytes, onProgress: () => timer.refresh() })
  } catch (error) {
    session?.abort()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
