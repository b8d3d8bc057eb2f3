import { type JointCheck, jointCheck } from '../joint-table/index.ts'
import type { JointQueryParameters } from './params.ts'
import type { JointOutput } from './statement.ts'

const checks = new Map<string, JointCheck>()

/** The check of a provider's table for this kind of output, built once a process. */
export function checkFor({ id, table }: JointQueryParameters, { kind }: JointOutput): JointCheck {
  const name = `${id} ${kind === 'count' ? 'presence' : 'amount'}`
  const known = checks.get(name)
  if (known !== undefined) return known
  const check = jointCheck(table, kind === 'count' ? 'presence' : 'amount')
  checks.set(name, check)
  return check
}
