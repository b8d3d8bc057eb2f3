import { expectCodeAsync } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { SharedWork } from './shared-work.ts'

/** Work that ends when a test says so, and counts its starts. */
function manualWork() {
  const deferred = Promise.withResolvers<string>()
  const work = { ...deferred, starts: 0, run: () => ((work.starts += 1), deferred.promise) }
  return work
}

it('is done once for all who want it at the same time', async () => {
  const shared = new SharedWork<string>()
  const work = manualWork()
  const results = [shared.run('a', work.run), shared.run('a', work.run)]
  const other = shared.run('b', async () => 'other')
  work.resolve('done')
  expect(await Promise.all([...results, other])).toEqual(['done', 'done', 'other'])
  expect(work.starts).toBe(1)
  expect(await shared.run('a', async () => 'anew')).toBe('anew')
})

it('fails for all who wait, and is tried again by the next', async () => {
  const shared = new SharedWork<string>()
  const work = manualWork()
  const results = [shared.run('a', work.run), shared.run('a', work.run)]
  work.reject(new Error('no network'))
  for (const result of results) await expect(result).rejects.toThrow('no network')
  expect(await shared.run('a', async () => 'again')).toBe('again')
})

it('goes on for the others when one gives up, and its failure hurts nobody who left', async () => {
  const shared = new SharedWork<string>()
  const work = manualWork()
  const controller = new AbortController()
  const leaving = shared.run('a', work.run, controller.signal)
  const staying = shared.run('a', work.run)
  controller.abort()
  await expectCodeAsync('ERR_CHANNEL_ABORTED', leaving)
  await expectCodeAsync('ERR_CHANNEL_TIMEOUT', shared.run('a', work.run, AbortSignal.timeout(1)))
  work.resolve('done')
  expect(await staying).toBe('done')
  expect(work.starts).toBe(1)

  const failing = manualWork()
  await expectCodeAsync('ERR_CHANNEL_ABORTED', shared.run('b', failing.run, AbortSignal.abort()))
  failing.reject(new Error('unheard'))
  await expect(failing.promise).rejects.toThrow('unheard')
})
