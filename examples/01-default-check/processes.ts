import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

/** A program of this example: a TypeScript file run by the Node that runs us. */
export interface Program {
  /** For messages. */
  readonly name: string
  readonly file: string
  readonly arguments: readonly string[]
  /** What it gets besides the environment of all. */
  readonly environment?: NodeJS.ProcessEnv
}

/** A program that failed, with the end of what it wrote to standard error. */
export class ProgramFailed extends Error {
  constructor(name: string, how: string, stderr: string) {
    super(`${name} ${how}\n${stderr.trimEnd().split('\n').slice(-20).join('\n')}`)
    this.name = 'ProgramFailed'
  }
}

export interface RunOptions {
  /** Written to standard input, which is empty without it. */
  readonly input?: string
  /** Lines of standard error that start with `progress: `, without that. */
  readonly onProgress?: (progress: string) => void
  /** Exit codes that are results rather than failures; 0 only by default. */
  readonly accepted?: readonly number[]
}

export interface Finished {
  readonly code: number
  readonly stdout: string
  /** Without lines of progress. */
  readonly stderr: string
}

/** How long a program may take to end once it was told to, in milliseconds. */
const STOP_TIMEOUT_MS = 30_000

/** A program that runs until it is stopped; standard error goes to its log file. */
export class Running {
  readonly name: string
  readonly child: ChildProcess
  /** How it ended, once it has. */
  readonly ended: Promise<string>
  readonly #log: string

  constructor(program: Program, child: ChildProcess, log: string) {
    this.name = program.name
    this.child = child
    this.#log = log
    this.ended = new Promise(resolve => {
      child.once('error', error => resolve(`could not be started: ${error.message}`))
      child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`))
    })
  }

  /** Waits for the first line of standard output; the others go to `onLine`. @throws ProgramFailed */
  ready(onLine: (line: string) => void = () => {}): Promise<string> {
    const lines = createInterface({ input: this.child.stdout as NodeJS.ReadableStream })
    return new Promise((resolve, reject) => {
      let isReady = false
      lines.once('line', first => {
        isReady = true
        lines.on('line', onLine)
        resolve(first)
      })
      void this.ended.then(how => isReady || reject(this.failure(how)))
    })
  }

  failure(how: string): ProgramFailed {
    return new ProgramFailed(this.name, how, readFileSync(this.#log, 'utf8'))
  }

  /** Asks it to end and waits. @throws ProgramFailed when it ends with an error or not at all */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM')
    const late = setTimeout(STOP_TIMEOUT_MS, 'did not stop', { ref: false })
    const how = await Promise.race([this.ended, late])
    if (how !== 'ended with 0') throw this.failure(how)
  }
}

/** All programs of a run, so that none outlives it. */
export class Processes {
  readonly #children = new Set<ChildProcess>()
  readonly #environment: NodeJS.ProcessEnv

  /** @param environment what the programs get besides our own environment */
  constructor(environment: NodeJS.ProcessEnv = {}) {
    this.#environment = { ...process.env, ...environment }
  }

  /** Runs a program to its end. @throws ProgramFailed */
  async run(program: Program, options: RunOptions = {}): Promise<Finished> {
    const child = this.#spawn(program, 'pipe')
    const ended = new Promise<number | string>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'nothing'))
    })
    child.stdin?.on('error', () => {}) // a program that ends early says why on standard error
    child.stdin?.end(options.input ?? '')
    const rest: string[] = []
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on('line', line => {
      if (line.startsWith('progress: ')) options.onProgress?.(line.slice('progress: '.length))
      else rest.push(line)
    })
    const [stdout, code] = await Promise.all([text(child.stdout as NodeJS.ReadableStream), ended])
    if (typeof code !== 'number' || !(options.accepted ?? [0]).includes(code)) {
      throw new ProgramFailed(program.name, `ended with ${code}`, rest.join('\n'))
    }
    return { code, stdout, stderr: rest.join('\n') }
  }

  /** Starts a program that stays; call `ready` on it. */
  start(program: Program, log: string): Running {
    const descriptor = openSync(log, 'a', 0o600)
    try {
      return new Running(program, this.#spawn(program, descriptor), log)
    } finally {
      closeSync(descriptor)
    }
  }

  /** Ends everything at once, stopped or not. */
  killAll(): void {
    for (const child of this.#children) child.kill('SIGKILL')
  }

  #spawn(program: Program, stderr: 'pipe' | number): ChildProcess {
    const child = spawn(process.execPath, [program.file, ...program.arguments], {
      stdio: ['pipe', 'pipe', stderr],
      env: { ...this.#environment, ...program.environment },
    })
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    return child
  }
}

/** Runs `task` on all items, at most `limit` at a time; results in the items' order. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  task: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = []
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await task(item, index)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
