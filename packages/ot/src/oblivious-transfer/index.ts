export { MAX_MESSAGE_BYTES } from './derandomize.ts'
export type { OtReceiver, OtSender } from './functionality.ts'
export { MAX_MESSAGES } from './one-of-many.ts'
export { openOtReceiver, openOtSender } from './run.ts'
