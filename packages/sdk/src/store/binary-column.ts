import type { SQLOutputValue } from 'node:sqlite'
import { fail } from '@mixun/core/errors'

/** The bytes of a column of `inquiries.db`. @throws ERR_HOME_INVALID for a value of another type */
export function binaryColumn(value: SQLOutputValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value
  return fail('ERR_HOME_INVALID', 'inquiries.db: expected a binary column')
}
