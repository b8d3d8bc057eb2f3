export { type SyncProtocol, tableSyncParameters } from './params.ts'
export { runTableSyncClient, runTableSyncServer, type TableSyncOptions } from './run.ts'
