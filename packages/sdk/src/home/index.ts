export { anchorFrom, anchorToJson, type TrustAnchor } from './anchor.ts'
export {
  answerDays,
  certificateOverlapHours,
  closesByClock,
  DEFAULT_LIMITS,
  type HomeConfig,
  type PublishingRules,
  publishingRules,
} from './config.ts'
export { commit, openDatabase, transaction } from './database.ts'
export { destroyFile, syncFolder, writeFileDurably } from '@mixun/core/files'
export { readHomeFile, writeSecretFile } from './files.ts'
export { Home } from './home.ts'
export { takeLock } from './lock.ts'
