import { fail } from '../errors/index.ts'
import type { Group } from './group.ts'

/** What whoever brings a long-lived secret to a group may say. */
export interface SecretScalarOptions {
  /** Accepts arithmetic whose time depends on the secret: for published vectors and tests, never for a real key. */
  readonly allowVariableTime?: boolean | undefined
}

/**
 * Called by every owner of a private key before the key meets a group: a key answers many requests of others' making,
 * and the time of each would say something about it. Blinds are another matter: each is fresh, serves one request, and
 * nobody chooses what it is multiplied with; clients are not asked for this permission.
 *
 * @throws ERR_KERNEL_VARIABLE_TIME for a variable-time group without permission
 */
export function requireConstantTime(group: Group, options: SecretScalarOptions): void {
  if (group.isVariableTime && options.allowVariableTime !== true) {
    fail('ERR_KERNEL_VARIABLE_TIME', `${group.id}: expected constant-time arithmetic for a private key`)
  }
}
