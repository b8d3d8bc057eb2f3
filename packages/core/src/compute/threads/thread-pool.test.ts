import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { computeCompliance } from '../../testing/compute-compliance.ts'
import { computeTasks } from '../../testing/compute-tasks.ts'
import { expectCode, expectCodeAsync } from '../../testing/index.ts'
import type { ComputePool } from '../index.ts'
import { threadPool } from './index.ts'

computeCompliance('thread pool', modules => threadPool({ modules, threads: 2 }))

const some = Uint8Array.of(1, 2, 3)
const modules = [computeTasks]
const worksOn = async (pool: ComputePool) => expect(await pool.run(computeTasks, 'echo', some)).toEqual(some)

describe('a worker that dies', () => {
  it('in the middle of a task fails that task only, and is replaced', async () => {
    await using pool = threadPool({ modules, threads: 2 })
    const tasks = ['work', 'exitThread', 'work', 'exitThread', 'work', 'exitThread', 'work']
    const outcomes = await Promise.allSettled(tasks.map(task => pool.run(computeTasks, task, some)))
    const worked = { status: 'fulfilled', value: some }
    const died = { status: 'rejected', reason: { code: 'ERR_COMPUTE_WORKER' } }
    expect(outcomes).toMatchObject(tasks.map(task => (task === 'work' ? worked : died)))
    await worksOn(pool)
  })

  it('of an error between two tasks is replaced', async () => {
    await using pool = threadPool({ modules, threads: 1 })
    // The end of the worker may overtake its last result, and may meet the task behind that.
    await Promise.allSettled(['failLater', 'work'].map(task => pool.run(computeTasks, task, some)))
    const error = await pool.run(computeTasks, 'exitThread', some).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'ERR_COMPUTE_WORKER' })
    await worksOn(pool)
  })

  it('of memory fails its task', async () => {
    await using pool = threadPool({ modules, threads: 1, resourceLimits: { maxOldGenerationSizeMb: 32 } })
    const error = await pool.run(computeTasks, 'fillMemory', some).catch((error: unknown) => error)
    expect(error).toMatchObject({
      code: 'ERR_COMPUTE_WORKER',
      cause: { message: expect.stringContaining('memory limit') },
    })
    await worksOn(pool)
  })

  it('because its module does not load fails every task, and nothing hangs', async () => {
    const url = new URL('nowhere.ts', computeTasks.url).href
    await using pool = threadPool({ modules: [computeTasks, { url, tasks: {} }], threads: 2 })
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => pool.run(computeTasks, 'echo', some)))
    const died = { status: 'rejected', reason: { code: 'ERR_COMPUTE_WORKER' } }
    expect(outcomes).toMatchObject([died, died, died])
  })
})

describe('a thread', () => {
  it('without a task ends after a while, for its memory, and another takes the next task', async () => {
    await using pool = threadPool({ modules, threads: 1, idleMs: 50 })
    const first = await pool.run(computeTasks, 'thread', some)
    expect(await pool.run(computeTasks, 'thread', some)).toEqual(first)
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(await pool.run(computeTasks, 'thread', some)).not.toEqual(first)
  })

  it('that never ends is stopped by its signal, and the others go on', async () => {
    await using pool = threadPool({ modules, threads: 2 })
    await worksOn(pool)
    const controller = new AbortController()
    const endless = pool.run(computeTasks, 'runForEver', some, { signal: controller.signal })
    const other = pool.run(computeTasks, 'work', Uint8Array.of(30))
    await worksOn(pool)
    controller.abort()
    await expectCodeAsync('ERR_COMPUTE_ABORTED', endless)
    expect(await other).toEqual(Uint8Array.of(30))
    await Promise.all([worksOn(pool), worksOn(pool), worksOn(pool)])
  })

  it('that never ends is stopped when the pool is closed', async () => {
    const pool = threadPool({ modules, threads: 1 })
    await worksOn(pool)
    const endless = pool.run(computeTasks, 'runForEver', some)
    const outcome = expectCodeAsync('ERR_COMPUTE_CLOSED', endless)
    await pool.close()
    await outcome
  })

  it('is not believed when it says something else than its result', async () => {
    await using pool = threadPool({ modules, threads: 1 })
    for (const id of [1, 77]) {
      await expectCodeAsync('ERR_COMPUTE_RESULT', pool.run(computeTasks, 'forgeReply', Uint8Array.of(id)))
    }
    await worksOn(pool)
  })

  it('runs what its module exports, not what the caller holds', async () => {
    await using pool = threadPool({ modules, threads: 1 })
    await expectCodeAsync('ERR_COMPUTE_TASK', pool.run(computeTasks, 'missing', some))
  })
})

it('needs a positive number of threads', () => {
  for (const threads of [0, -1, 1.5, Number.NaN])
    expectCode('ERR_INPUT_RANGE', () => threadPool({ modules, threads }))
})

describe('a program in JavaScript, as a build has it', () => {
  let folder: string
  beforeAll(() => {
    folder = buildFolder()
  })
  afterAll(() => rmSync(folder, { recursive: true }))
  const run = (...options: string[]) =>
    spawnSync(process.execPath, [...options, join(folder, 'main.js')], { encoding: 'utf8', timeout: 30_000 })

  it('has threads, which do not keep it alive when it leaves its pool open', () => {
    expect(run()).toMatchObject({ status: 0, stdout: '4,5,6\n' })
  })

  it('is told when it may have none: ERR_COMPUTE_WORKER', () => {
    expect(run('--permission', '--allow-fs-read=*')).toMatchObject({
      status: 0,
      stdout: 'ERR_COMPUTE_WORKER\n',
    })
  })
})

/** `compute` and what it imports, with types stripped and `.js` names, and a program that leaves its pool open. */
function buildFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-compute-'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const source = new URL('../../', import.meta.url)
  for (const part of ['bytes', 'errors', 'compute', 'compute/threads']) {
    mkdirSync(join(folder, part))
    const names = readdirSync(new URL(part, source)).filter(name => /(?<!\.test)\.ts$/.test(name))
    for (const name of names) {
      const text = stripTypeScriptTypes(readFileSync(new URL(`${part}/${name}`, source), 'utf8'))
      const script = text.replaceAll(/('\.[^']*)\.ts'/g, "$1.js'")
      writeFileSync(join(folder, part, name.replace(/ts$/, 'js')), script)
    }
  }
  writeFileSync(
    join(folder, 'tasks.js'),
    'export const reverse = input => input.toReversed()\nexport const tasks = { url: import.meta.url, tasks: { reverse } }',
  )
  writeFileSync(
    join(folder, 'main.js'),
    `import { threadPool } from './compute/threads/index.js'
import { tasks } from './tasks.js'
const pool = threadPool({ modules: [tasks], threads: 2 })
console.log(String(await pool.run(tasks, 'reverse', Uint8Array.of(6, 5, 4)).catch(error => error.code)))`,
  )
  return folder
}
