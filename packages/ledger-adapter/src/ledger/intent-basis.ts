import { utf8 } from '@mixun/core/bytes'
import type { Suite } from '@mixun/core/suite'

/**
 * What an intent rests on. Only association, regulator and inquirer see it: who saw the consents of two intents would
 * know that they are about one person.
 */
export interface IntentBasis {
  /** 32 bytes; hides the rest from the readers of the intent. */
  readonly salt: Uint8Array
  readonly consentId: Uint8Array
  /** Of T = τ·T₀, 64 bytes. */
  readonly rerandomizationProof: Uint8Array
}

/** Stands in the place of a basis where there is none. */
export const NO_BASIS: IntentBasis = {
  salt: new Uint8Array(32),
  consentId: new Uint8Array(16),
  rerandomizationProof: new Uint8Array(64),
}

/** What the intent says of its basis, so that the author's signature covers it. */
export function basisDigest(
  suite: Suite,
  { salt, consentId, rerandomizationProof }: IntentBasis,
): Uint8Array {
  return suite.hash(utf8('mixun-intent-basis-1\0'), salt, consentId, rerandomizationProof)
}
