export { type CodeEntry, ERROR_CODES, type ErrorCode } from './codes.ts'
export type { ErrorClass } from './error-class.ts'
export {
  ChannelError,
  ComputeError,
  DecodeError,
  type ErrorDetails,
  type ErrorOptions,
  fail,
  InputError,
  isErrorCode,
  LedgerError,
  LimitError,
  MixunError,
  mixunError,
  NoiseBudgetError,
  ParameterError,
  PeerError,
  PolicyError,
  ProtocolStateError,
  VerificationError,
} from './errors.ts'
export { stableError } from './system-error.ts'
