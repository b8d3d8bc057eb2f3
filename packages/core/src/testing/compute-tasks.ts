import { exit } from 'node:process'
import { parentPort, threadId } from 'node:worker_threads'
import { concat, i2osp, utf8 } from '../bytes/index.ts'
import type { ComputeTask, TaskModule } from '../compute/index.ts'
import { fail } from '../errors/index.ts'
import { ristretto255 } from '../group/index.ts'

/** Tasks for tests of pools; well-behaved ones first. */
export const echo: ComputeTask = input => input

/** Waits `input[0]` milliseconds without giving up its thread, then gives its input. */
export const work: ComputeTask = input => {
  const end = performance.now() + (input[0] as number)
  while (performance.now() < end);
  return input
}

/** The encoding of the input hashed to ristretto255, by the kernel. */
export const hashToGroup: ComputeTask = input =>
  ristretto255.encodeElement(ristretto255.hashToGroup(input, utf8('compute-tasks')))

let remembered: Uint8Array = new Uint8Array(0)
/** Breaks the rule and keeps its input, which {@link recall} gives. */
export const remember: ComputeTask = input => {
  remembered = input
  return new Uint8Array(0)
}
export const recall: ComputeTask = () => remembered

export const refuse: ComputeTask = input =>
  fail('ERR_INPUT_RANGE', 'expected something else', { details: { bytes: input.length } })

export const throwForeign: ComputeTask = () => {
  throw new TypeError('a mistake')
}

const broken = (result: unknown): ComputeTask => (() => result) as unknown as ComputeTask
export const giveText = broken('text')
export const giveNothing = broken(undefined)
export const giveBuffer = broken(new ArrayBuffer(8))
export const givePromise = broken(Promise.resolve(new Uint8Array(1)))

/** Which thread works: 4 bytes. */
export const thread: ComputeTask = () => i2osp(threadId, 4)

/** Ends the thread in the middle of the task. */
export const exitThread: ComputeTask = () => exit(3)

/** Gives a result, and fails after it. */
export const failLater: ComputeTask = input => {
  setImmediate(() => {
    throw new Error('too late')
  })
  return input
}

/** Takes memory until there is none. */
export const fillMemory: ComputeTask = () => {
  const hoard: number[][] = []
  for (;;) hoard.push(Array.from({ length: 10_000 }, (_, i) => i))
}

export const runForEver: ComputeTask = () => {
  for (;;);
}

/** Says to the pool what no worker says, before its own result. */
export const forgeReply: ComputeTask = input => {
  parentPort?.postMessage({ id: input[0], output: 'half a result' }, [])
  return input
}

export const computeTasks: TaskModule = {
  url: import.meta.url,
  tasks: {
    echo,
    work,
    hashToGroup,
    remember,
    recall,
    refuse,
    throwForeign,
    giveText,
    giveNothing,
    giveBuffer,
    givePromise,
    thread,
    exitThread,
    failLater,
    fillMemory,
    runForEver,
    forgeReply,
    /** What the registry names and the module does not export. */
    missing: concat,
  },
}
