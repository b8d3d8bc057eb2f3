import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex, utf8 } from '@mixun/core/bytes'
import { type ErrorDetails, MixunError, mixunError } from '@mixun/core/errors'
import { intl } from '@mixun/core/suite'
import { type Home, writeFileDurably } from '../home/index.ts'

/**
 * Keeps the evidence when `error` is a fork: both signed checkpoints and the proof, one file a fork,
 * `findings/fork-<digest>.json`.
 */
export function keepFork(home: Home, error: unknown): void {
  if (error instanceof MixunError && error.code === 'ERR_LEDGER_FORK') {
    const evidence = `${JSON.stringify({ code: error.code, message: error.message, ...error.details }, null, 2)}\n`
    const file = home.paths.fork(toHex(intl.hash(utf8(evidence)).subarray(0, 8)))
    if (!existsSync(file)) writeFileDurably(file, evidence)
  }
}

/**
 * A ledger of which this home holds the proof that it forked is not used any more, until a person has looked at the
 * evidence and moved it away. A rollback alone does not stop it: a ledger may be catching up.
 *
 * @throws ERR_LEDGER_FORK as it was found
 */
export function requireNoFork(home: Home): void {
  const folder = join(home.root, 'findings')
  const files = existsSync(folder) ? readdirSync(folder) : []
  for (const name of files.filter(each => /^fork-[0-9a-f]+\.json$/.test(each))) {
    const {
      message,
      code: _,
      ...details
    } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as ErrorDetails
    if (details['reason'] !== 'inconsistent') continue
    throw mixunError('ERR_LEDGER_FORK', `${message}; see findings/${name}`, { details })
  }
}
