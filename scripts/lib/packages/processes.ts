import { spawnSync } from 'node:child_process'
import { delimiter, dirname } from 'node:path'
import { env, execPath } from 'node:process'

/** What a program did. */
export interface Finished {
  readonly status: number
  /** Standard output, then standard error. */
  readonly output: string
  readonly stdout: string
}

/** Runs a program to its end, with the Node that runs this script first on the path. */
export function run(folder: string, program: string, ...words: readonly string[]): Finished {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, PATH: `${dirname(execPath)}${delimiter}${env['PATH']}`, NO_COLOR: '1', FORCE_COLOR: '0' },
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error !== undefined) throw error
  return { status: status ?? 1, output: `${stdout}${stderr}`, stdout }
}

/** Runs a program that has to succeed, and gives its standard output. */
export function mustRun(folder: string, program: string, ...words: readonly string[]): string {
  const { status, output, stdout } = run(folder, program, ...words)
  if (status !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${status}:\n${output}`)
  return stdout
}
