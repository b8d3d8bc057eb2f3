import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fail } from '@mixun/core/errors'

/** @throws ERR_FILE_MISSING */
export function requireFile(file: string): void {
  if (!existsSync(file)) fail('ERR_FILE_MISSING', `there is no file ${file}`)
}

/** Reads a file the operator named. @throws ERR_FILE_MISSING */
export function readInput(file: string): Buffer {
  requireFile(file)
  return readFileSync(file)
}

/** Reads a JSON file the operator named. @throws ERR_FILE_MISSING, ERR_FILE_JSON */
export function readJson(file: string): unknown {
  const text = readInput(file).toString('utf8')
  try {
    return JSON.parse(text)
  } catch (cause) {
    return fail('ERR_FILE_JSON', `${file}: expected JSON`, { cause })
  }
}

/** Writes what a verb produces for another party; `secret` files are for their owner only. */
export function writeOutput(file: string, content: object, options: { secret: boolean }): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: options.secret ? 0o600 : 0o644 })
}

/** Where the sessions of an opened joint query are, beside its opening. */
export function sessionsFile(opening: string): string {
  return `${opening}.sessions`
}
