export { verifyRowOpening } from './client.ts'
export { type RowOpening, rowOpeningCodec } from './codec.ts'
export type { RowOpeningRequest } from './messages.ts'
export {
  ROW_OPENING_PROTOCOL,
  type RowOpeningParameters,
  rowOpeningParameters,
  rowOpeningParametersOf,
} from './params.ts'
export { type RowOpeningServerOptions, runRowOpeningClient, runRowOpeningServer } from './run.ts'
