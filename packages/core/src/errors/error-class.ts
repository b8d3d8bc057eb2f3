/** Names of the error classes; each code belongs to exactly one. */
export type ErrorClass =
  | 'ParameterError'
  | 'InputError'
  | 'DecodeError'
  | 'ProtocolStateError'
  | 'VerificationError'
  | 'NoiseBudgetError'
  | 'LimitError'
  | 'PolicyError'
  | 'PeerError'
  | 'ChannelError'
  | 'LedgerError'
  | 'ComputeError'
