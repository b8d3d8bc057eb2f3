export { decodeChunk, decodeTrees, encodeChunk, encodeTrees } from './codec.ts'
export type { ChunkMessage, ChunkProof, TreesMessage } from './messages.ts'
export {
  BLOCK_BYTES,
  COLUMNS,
  chunkCounts,
  DEFAULT_OT_EXTENSION,
  MAX_OT_COUNT,
  OT_EXTENSION_PROTOCOL,
  type OtExtensionParameters,
  otExtensionParameters,
  otExtensionParametersById,
} from './params.ts'
export { ExtensionReceiver, type ReceivedOts } from './receiver.ts'
export {
  type OtExtensionOptions,
  openExtensionReceiver,
  openExtensionSender,
  runReceiverChunk,
  runSenderChunk,
  setUpOtReceiver,
  setUpOtSender,
} from './run.ts'
export { ExtensionSender, type SentOts } from './sender.ts'
export { type ReceiverSeeds, ReceiverSetup, type SenderSeeds, SenderSetup } from './setup.ts'
export { setUpReceiver, setUpSender } from './setup-steps.ts'
export {
  decodeReceiverSetup,
  decodeSenderSetup,
  encodeReceiverSetup,
  encodeSenderSetup,
  MAX_SETUP_BYTES,
} from './stored-setup.ts'
