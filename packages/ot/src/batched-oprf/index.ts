export { decodeStoreHead, encodeStoreHead } from './codec.ts'
export { digestItems } from './digests.ts'
export {
  type BatchedOprfParameters,
  batchedOprfParameters,
  batchedOprfParametersById,
  DIGEST_BYTES,
  OUTPUT_BYTES,
  receiverCapacity,
} from './params.ts'
export {
  type BatchedOprfOptions,
  type BatchedOprfSender,
  evaluateBatch,
  runBatchedOprfReceiver,
  runBatchedOprfSender,
} from './run.ts'
export type { BatchedOprfKey } from './sender.ts'
