import { defineParameters } from '@mixun/core/params'

/** Parameter set of the download: 256 KiB chunks, well inside every transport's frame limit. */
export const tableSyncParameters = defineParameters({
  id: 'tablesync_chunk262144',
  securityLevel: 'classical128',
  source: 'no cryptography of its own: the content is checked against the ledger commitment by the caller',
  chunkBytes: 262_144,
})

/** Parameter set of deltas: one frame each, 60 KB at most, so inside every transport's frame limit. */
export const deltaSyncParameters = defineParameters({
  id: 'deltasync_frame1',
  securityLevel: 'classical128',
  source:
    'no cryptography of its own: the resulting table is checked against the ledger commitment by the caller',
})

/** Protocol name in the hello: deltas of a sealed table. */
export const DELTA_SYNC_PROTOCOL = 'delta-sync'

/** Protocol names in the hello: a sealed table, a public class A list, or a joint table. */
export type SyncProtocol = 'table-sync' | 'list-sync' | 'joint-table-sync'
