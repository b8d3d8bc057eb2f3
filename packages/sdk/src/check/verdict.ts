/** `incomplete` whenever an asked party is missing, whatever the others said. */
export type Verdict = 'clear' | 'found' | 'incomplete'

/** A party whose answer for one class could not be used. */
export interface MissingParty {
  readonly party: string
  readonly class: string
  /** Stable error code. */
  readonly code: string
}

/** The verdict on what was found and who is missing: `incomplete` beats everything. */
export function verdictOf(recordCount: number, missingCount: number): Verdict {
  if (missingCount > 0) return 'incomplete'
  return recordCount > 0 ? 'found' : 'clear'
}
