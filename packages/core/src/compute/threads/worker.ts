// The thread of a pool's worker. It loads the modules that the pool trusts, and whatever kernels those load.
import { parentPort, workerData } from 'node:worker_threads'
import type { MixunError } from '../../errors/index.ts'
import { runTask, taskLabel } from '../task.ts'
import { failureOf, type TaskMessage, type TaskReply, type WorkerSetup } from './messages.ts'

const { urls } = workerData as WorkerSetup
const modules = new Map<string, Readonly<Record<string, unknown>>>()
for (const url of urls) modules.set(url, (await import(url)) as Readonly<Record<string, unknown>>)

parentPort?.on('message', (message: TaskMessage) => {
  const reply = replyTo(message)
  parentPort?.postMessage(reply, 'output' in reply ? [reply.output.buffer as ArrayBuffer] : [])
})

function replyTo({ id, url, name, input }: TaskMessage): TaskReply {
  try {
    return { id, output: runTask(modules.get(url)?.[name], taskLabel({ url }, name), input) }
  } catch (error) {
    // runTask throws nothing else.
    return { id, failure: failureOf(error as MixunError) }
  }
}
