import { defineParameters } from '@mixun/core/params'

/** Parameter set of the download: 256 KiB chunks, well inside every transport's frame limit. */
export const tableSyncParameters = defineParameters({
  id: 'tablesync_chunk262144',
  securityLevel: 'classical128',
  source: 'no cryptography of its own: the content is checked against the ledger commitment by the caller',
  chunkBytes: 262_144,
})

/** Protocol names in the hello: a sealed table, or a public class A list. */
export type SyncProtocol = 'table-sync' | 'list-sync'
