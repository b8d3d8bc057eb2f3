/**
 * One implementation of the verifiable mode of RFC 9497 with its key, from bytes to bytes as the two parties would use
 * it: decoding and checking what came in belongs to every step. The same seed gives every implementation the same key.
 */
export interface VerifiableOprf {
  /** Name and version. */
  readonly side: string
  /** Whether its functions return promises. */
  readonly isAsync: boolean
  /** The client's first step, for a batch. */
  readonly blind: (inputs: readonly Uint8Array[]) => Awaitable<{ state: unknown; request: unknown }>
  /** The server's step: evaluations and proof for a request's bytes. */
  readonly evaluate: (request: unknown) => unknown
  /** The client's second step: checks the proof and gives the outputs. */
  readonly finalize: (state: unknown, response: unknown) => Awaitable<readonly Uint8Array[]>
  /** The function itself, by who holds the key. */
  readonly evaluateInput: (input: Uint8Array) => Awaitable<Uint8Array>
}

export type Awaitable<T> = T | Promise<T>

/** RFC 9497's names of the suites that are measured. */
export type SuiteName = 'ristretto255-SHA512' | 'P256-SHA256'
