import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { text } from 'node:stream/consumers'
import type { Command } from 'commander'

/** What a command line did. */
export interface VerbResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

const MAINS = {
  'main.ts': fileURLToPath(new URL('../cli/main.ts', import.meta.url)),
  'crashing-main.ts': fileURLToPath(new URL('./crashing-main.ts', import.meta.url)),
} as const

export interface ProcessOptions {
  /** Standard input. */
  readonly input?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs `mixun` as a process of its own. English, unless `env` says otherwise. */
export async function runProcess(args: readonly string[], options: ProcessOptions = {}): Promise<VerbResult> {
  const child = startProcess(args, options.env)
  child.stdin.end(options.input ?? '')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { exitCode: child.exitCode, stdout, stderr }
}

/** Starts `mixun` as a process of its own and leaves it running. */
export function startProcess(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  main: keyof typeof MAINS = 'main.ts',
) {
  return spawn(process.execPath, [MAINS[main], ...args], {
    env: { ...process.env, MIXUN_LANG: 'en', ...env },
  })
}

/** Runs one verb in this process, in English: as {@link runProcess}, without its half second. */
export async function runVerb(command: Command, args: readonly string[]): Promise<VerbResult> {
  const written = { stdout: '', stderr: '' }
  const { stdout, stderr, exitCode } = process
  const writes = { stdout: stdout.write, stderr: stderr.write }
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (chunk: unknown) => {
      written[name] += String(chunk)
      return true
    }
  }
  process.exitCode = 0
  try {
    await command.parseAsync(['--lang', 'en', ...args], { from: 'user' })
    return { exitCode: Number(process.exitCode), ...written }
  } finally {
    stdout.write = writes.stdout
    stderr.write = writes.stderr
    process.exitCode = exitCode
  }
}

/** The code in what a verb with `--json` wrote to standard error. */
export function codeIn(result: VerbResult): string {
  return (JSON.parse(result.stderr) as { error: { code: string } }).error.code
}
