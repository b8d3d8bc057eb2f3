export { decodeChallenge, decodeTrees, encodeChallenge, encodeTrees } from './codec.ts'
export type { ChallengeMessage, TreesMessage } from './messages.ts'
export {
  MAX_VOLE_COUNT,
  VOLE_PROTOCOL,
  type VoleParameters,
  type VoleShape,
  voleParameters,
  voleParametersById,
  voleShape,
} from './params.ts'
export type { ReceivedVole } from './receiver.ts'
export { runVoleReceiver, runVoleSender, type VoleOptions } from './run.ts'
export type { SentVole } from './sender.ts'
