export { bitAt, bitBytes, checkBits } from './choice-bits.ts'
export {
  decodeReceiverMessage,
  decodeSenderMessage,
  encodeReceiverMessage,
  encodeSenderMessage,
} from './codec.ts'
export type { Popf, ReceiverMessage, SenderMessage } from './messages.ts'
export {
  BASE_OT_COUNT,
  BASE_OT_PROTOCOL,
  type BaseOtParameters,
  BLOCK_BYTES,
  baseOtParameters,
  baseOtParametersById,
  baseOtParametersOf,
  baseOtRistretto255,
  baseOtSm2,
  MAX_BASE_OT_COUNT,
} from './params.ts'
export { type BaseOtReceiverState, finishReceiver, startReceiver } from './receiver.ts'
export { runBaseOtReceiver, runBaseOtSender } from './run.ts'
export { type BaseOtPairs, type BaseOtSenderState, finishSender, startSender } from './sender.ts'
