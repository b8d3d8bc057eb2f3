import type { Element } from '@mixun/core/group'
import type { DleqProof } from './dleq.ts'

/** Client to server: 1 to 65,535 blinded elements, in the order of the inputs. */
export interface BlindRequest {
  readonly blindedElements: readonly Element[]
}

/** Server to client: one evaluated element for each blinded one, and in the verifiable mode one proof for all. */
export interface EvaluateResponse {
  readonly evaluatedElements: readonly Element[]
  readonly proof: DleqProof | null
}
