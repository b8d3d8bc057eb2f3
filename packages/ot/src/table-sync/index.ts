export type { DeltaRequest } from './messages.ts'
export {
  DELTA_SYNC_PROTOCOL,
  deltaSyncParameters,
  type SyncProtocol,
  tableSyncParameters,
} from './params.ts'
export {
  type DeltaSyncOptions,
  receiveContent,
  runDeltaSyncClient,
  runDeltaSyncServer,
  runTableSyncClient,
  runTableSyncServer,
  type SyncContent,
  type TableSyncOptions,
} from './run.ts'
