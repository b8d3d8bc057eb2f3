import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../bytes/index.ts'
import type { ComputePool, TaskModule } from '../compute/index.ts'
import { MixunError } from '../errors/index.ts'
import { computeTasks, hashToGroup } from './compute-tasks.ts'
import { expectCodeAsync } from './expect-code.ts'

const some = Uint8Array.of(1, 2, 3)
/** Of a length that no other task has. */
const other = new Uint8Array(7)
/** A task long enough that others queue behind it. */
const slow = Uint8Array.of(20)

/** What every {@link ComputePool} does. Run it in a test file of the driver, under vitest. */
export function computeCompliance(
  name: string,
  makePool: (modules: readonly TaskModule[]) => ComputePool,
): void {
  let shared: ComputePool
  const withPool = (action: (pool: ComputePool) => Promise<void>): Promise<void> => action(shared)
  const worksOn = async (pool: ComputePool) =>
    expect(await pool.run(computeTasks, 'echo', some)).toEqual(some)

  describe(`compute: ${name}`, () => {
    beforeAll(() => {
      shared = makePool([computeTasks])
    })
    afterAll(() => shared.close())

    it('gives each task its own result, whatever else runs', () =>
      withPool(async pool => {
        const inputs = Array.from({ length: 20 }, (_, i) => Uint8Array.of(20 - i, i))
        const results = await Promise.all(inputs.map(input => pool.run(computeTasks, 'work', input)))
        expect(results).toEqual(inputs)
        expect(await pool.run(computeTasks, 'echo', new Uint8Array(0))).toEqual(new Uint8Array(0))
      }))

    it('gives the bytes of the task called directly, kernels included', () =>
      withPool(async pool => {
        const inputs = ['a', 'b', 'c', 'd'].map(utf8)
        const results = await Promise.all(inputs.map(input => pool.run(computeTasks, 'hashToGroup', input)))
        expect(results.map(toHex)).toEqual(inputs.map(input => toHex(hashToGroup(input))))
      }))

    it("leaves the caller's input alone and wipes its own copy", () =>
      withPool(async pool => {
        const whole = Uint8Array.of(9, 1, 2, 3, 9)
        const input = whole.subarray(1, 4)
        await pool.run(computeTasks, 'remember', input)
        expect(whole).toEqual(Uint8Array.of(9, 1, 2, 3, 9))
        expect(await pool.run(computeTasks, 'recall', some)).toEqual(new Uint8Array(3))
      }))

    it('passes the code and details of a refusal on', () =>
      withPool(async pool => {
        const refusal = await pool.run(computeTasks, 'refuse', some).catch((error: unknown) => error)
        expect(refusal).toBeInstanceOf(MixunError)
        expect(refusal).toMatchObject({ code: 'ERR_INPUT_RANGE', details: { bytes: 3 } })
        await worksOn(pool)
      }))

    it('gives a failure without a code one', () =>
      withPool(async pool => {
        const error = await pool.run(computeTasks, 'throwForeign', some).catch((error: unknown) => error)
        expect(error).toMatchObject({ code: 'ERR_COMPUTE_WORKER', cause: { message: 'a mistake' } })
        await worksOn(pool)
      }))

    it.each(['nothing', 'toString', ''])('refuses the unknown task "%s"', unknown =>
      withPool(async pool => {
        await expectCodeAsync('ERR_COMPUTE_TASK', pool.run(computeTasks, unknown, some))
        await worksOn(pool)
      }),
    )

    it('runs only modules that it was given, by their URL', () =>
      withPool(async pool => {
        const foreign = { ...computeTasks, url: new URL('elsewhere.ts', computeTasks.url).href }
        await expectCodeAsync('ERR_COMPUTE_TASK', pool.run(foreign, 'echo', some))
        const extended = { ...computeTasks, tasks: { more: (input: Uint8Array) => input } }
        await expectCodeAsync('ERR_COMPUTE_TASK', pool.run(extended, 'more', some))
      }))

    it.each(['giveText', 'giveNothing', 'giveBuffer', 'givePromise'])('refuses what %s gives', task =>
      withPool(async pool => {
        await expectCodeAsync('ERR_COMPUTE_RESULT', pool.run(computeTasks, task, some))
        await worksOn(pool)
      }),
    )

    it('does not start what was aborted before', () =>
      withPool(async pool => {
        await expectCodeAsync(
          'ERR_COMPUTE_ABORTED',
          pool.run(computeTasks, 'remember', other, { signal: AbortSignal.abort() }),
        )
        expect(await pool.run(computeTasks, 'recall', some)).not.toHaveLength(other.length)
      }))

    it('drops what is aborted while it waits, and nothing else', () =>
      withPool(async pool => {
        const controller = new AbortController()
        const before = Array.from({ length: 2 * pool.concurrency }, () =>
          pool.run(computeTasks, 'work', slow),
        )
        const dropped = pool.run(computeTasks, 'remember', other, { signal: controller.signal })
        const behind = pool.run(computeTasks, 'echo', some)
        controller.abort()
        await expectCodeAsync('ERR_COMPUTE_ABORTED', dropped)
        expect(await Promise.all(before)).toEqual(before.map(() => slow))
        expect(await behind).toEqual(some)
        expect(await pool.run(computeTasks, 'recall', some)).not.toHaveLength(other.length)
      }))

    it('ignores a signal that comes after the result', () =>
      withPool(async pool => {
        const controller = new AbortController()
        await pool.run(computeTasks, 'echo', some, { signal: controller.signal })
        controller.abort()
        expect(await pool.run(computeTasks, 'echo', some)).toEqual(some)
      }))

    it('leaves the event loop its turns between tasks', () =>
      withPool(async pool => {
        let turns = 0
        const count = () => {
          turns++
          ticking = setImmediate(count)
        }
        let ticking = setImmediate(count)
        await Promise.all(Array.from({ length: 6 }, () => pool.run(computeTasks, 'work', Uint8Array.of(5))))
        clearImmediate(ticking)
        expect(turns).toBeGreaterThanOrEqual(5)
      }))

    it('fails what runs and waits when it is closed, and what comes after', async () => {
      const pool = makePool([computeTasks])
      const tasks = Array.from({ length: 2 * pool.concurrency + 1 }, () =>
        pool.run(computeTasks, 'work', slow),
      )
      const outcomes = Promise.allSettled(tasks)
      await pool.close()
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ERR_COMPUTE_CLOSED' } })
      }
      await expectCodeAsync('ERR_COMPUTE_CLOSED', pool.run(computeTasks, 'echo', some))
      await pool.close()
    })
  })
}
