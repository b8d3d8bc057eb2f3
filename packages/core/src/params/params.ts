import { fail } from '../errors/index.ts'

/** Claimed strength: 128 bits against classical or quantum attackers, or never estimated (tests only). */
export type SecurityLevel = 'classical128' | 'quantum128' | 'unchecked'

/** What every parameter set says of itself. Ids go on the wire, into transcripts and into ledger entries. */
export interface ParameterSet {
  readonly id: string
  readonly securityLevel: SecurityLevel
  /** The table, section or estimate that the sizes come from. */
  readonly source: string
}

/** Prefix of the ids of sets that exist for tests; servers refuse them. */
const INSECURE_PREFIX = 'insecure_'

/** Checks that name and claim agree and freezes the set. @throws ERR_PARAMETER_INSECURE */
export function defineParameters<T extends ParameterSet>(parameters: T): Readonly<T> {
  if ((parameters.securityLevel === 'unchecked') !== parameters.id.startsWith(INSECURE_PREFIX)) {
    fail(
      'ERR_PARAMETER_INSECURE',
      `${parameters.id}: an unchecked set, and only it, is named ${INSECURE_PREFIX}…`,
    )
  }
  return Object.freeze({ ...parameters })
}

/** Refuses a set made for tests. Called wherever real data flow. @throws ERR_PARAMETER_INSECURE */
export function requireSecure(parameters: ParameterSet): void {
  if (parameters.securityLevel === 'unchecked') {
    fail('ERR_PARAMETER_INSECURE', `${parameters.id} is for tests only`)
  }
}
