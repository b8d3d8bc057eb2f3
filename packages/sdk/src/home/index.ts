export { anchorFrom, anchorToJson, type TrustAnchor } from './anchor.ts'
export {
  answerDays,
  certificateOverlapHours,
  DEFAULT_LIMITS,
  type HomeConfig,
  type PublishingRules,
  publishingRules,
} from './config.ts'
export { commit, openDatabase, transaction } from './database.ts'
export { destroyFile, readHomeFile, syncFolder, writeFileDurably, writeSecretFile } from './files.ts'
export { Home } from './home.ts'
export { takeLock } from './lock.ts'
