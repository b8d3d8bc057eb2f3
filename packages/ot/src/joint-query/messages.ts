import type { ChunkMessage } from '../ot-extension/index.ts'
import type { GarbledCircuit } from '../garbling/index.ts'
import type { DleqProof } from '../oprf/index.ts'
import type { Element } from '@mixun/core/group'
import type { SchnorrProof } from '../consent-blinding/index.ts'

/** Inquirer to provider: which setup serves, and B = ρ·T with the proof of ρ. */
export interface JointRequest {
  /** Of the setup, 32 bytes. */
  readonly setupId: Uint8Array
  readonly blindedElement: Element
  readonly proof: SchnorrProof
}

/** Provider to inquirer: Z = k·B with its proof, and what its randomness comes from. */
export interface JointEvaluation {
  readonly evaluatedElement: Element
  readonly proof: DleqProof
  /** `commitSeed` of the provider's seed, 32 bytes. */
  readonly seedCommitment: Uint8Array
}

/** Inquirer to the garbler: the OTs of its input labels. */
export interface JointChoice {
  readonly chunk: ChunkMessage
  /** Which pairs the garbler swaps, a bit an input. */
  readonly flips: Uint8Array
}

/** Garbler to inquirer: the garbled check and the labels under the OTs. */
export interface JointGarbling {
  readonly garbled: GarbledCircuit
  /** Both labels of each input under its OT, 32 bytes each. */
  readonly labels: Uint8Array
}

/** Association to inquirer: the garbled comparison, as encoded, and what the association's masks add to the checks. */
export interface JointComparisonBody {
  readonly garbling: Uint8Array
  /** 8 bytes, lowest first. */
  readonly check: Uint8Array
  /** `commitSeed` of the association's seed, 32 bytes. */
  readonly seedCommitment: Uint8Array
}

/** How a provider's answer ends: when, and the signature of the receipt whose other fields both sides know. */
export interface JointSealing {
  /** Unix milliseconds, by the provider's clock. */
  readonly answeredAt: number
  readonly signature: Uint8Array
}
