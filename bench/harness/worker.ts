import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { onExit } from './clean-up.ts'

/**
 * Runs a script of this folder in a process of its own and gives the JSON it writes to standard output; for figures
 * that belong to a whole process.
 *
 * @throws when it fails, with what it wrote to standard error
 */
export async function runWorker(script: string, input: object): Promise<unknown> {
  const child = spawn(process.execPath, [script, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const forget = onExit(() => child.kill())
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ])
  forget()
  if (code !== 0) throw new Error(`a worker ended with ${code}:\n${errors}`)
  return JSON.parse(output)
}

/** In the worker: what {@link runWorker} was given. */
export function workerInput<T extends object>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T
}

/** In the worker: gives the result. */
export function workerOutput(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
