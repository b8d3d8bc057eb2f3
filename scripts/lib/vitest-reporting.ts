import { join } from 'node:path'
import { env } from 'node:process'

export interface Reporting {
  readonly reporters: string[]
  readonly outputFile: { readonly json?: string }
}

/** The usual reporter, and a JSON report `<name>.json` in the folder of MIXUN_TEST_REPORTS if it is set (.ci/run). */
export function reporting(name: string): Reporting {
  const folder = env.MIXUN_TEST_REPORTS
  if (folder === undefined || folder === '') return { reporters: ['default'], outputFile: {} }
  return { reporters: ['default', 'json'], outputFile: { json: join(folder, `${name}.json`) } }
}
