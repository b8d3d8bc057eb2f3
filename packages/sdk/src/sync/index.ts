export { syncAll, type SyncOptions, type SyncResult } from './sync.ts'
