import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { onExit } from '../clean-up.ts'
import { passphraseEnvironment } from './passphrase.ts'

/** The admin CLI of the party server, started as a process. */
export const MIXUN = join(
  dirname(fileURLToPath(import.meta.resolve('@mixun/party-server/package.json'))),
  'src/cli/main.ts',
)

/**
 * Runs one verb of `mixun` and gives its JSON.
 *
 * @param words the verb and its arguments
 * @throws when it fails, with what it wrote to standard error
 */
export async function mixun(...words: readonly string[]): Promise<Record<string, unknown>> {
  const child = spawn(process.execPath, [MIXUN, ...words, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: passphraseEnvironment(),
  })
  const forget = onExit(() => child.kill('SIGKILL'))
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  forget()
  if (code !== 0) throw new Error(`mixun ${words[0]} ended with ${code}: ${errors}`)
  return JSON.parse(output) as Record<string, unknown>
}
