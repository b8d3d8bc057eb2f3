import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

const url = new URL('young-generation.ts', import.meta.url).href

/** Megabytes of the young generation of a process that keeps a fifth of a million objects at a time. */
function youngMegabytes(before: string): number {
  const script = `
    import { getHeapSpaceStatistics } from 'node:v8'
    import { holdYoungGeneration } from ${JSON.stringify(url)}
    ${before}
    let kept = [], most = 0
    for (let i = 0; i < 3_000_000; i++) {
      if (i % 200_000 === 0) kept = []
      kept.push({ i })
      if (i % 10_000 !== 0) continue
      const young = getHeapSpaceStatistics().find(space => space.space_name === 'new_space')
      most = Math.max(most, young.space_size / 2 ** 20)
    }
    console.log(most)`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  if (stdout === '') throw new Error(stderr)
  return Number(stdout)
}

it('keeps the young generation as it is until it is let go', () => {
  const held = youngMegabytes('holdYoungGeneration()')
  expect(held).toBeLessThan(12)
  expect(youngMegabytes('holdYoungGeneration()[Symbol.dispose]()')).toBeGreaterThan(2 * held)
})
