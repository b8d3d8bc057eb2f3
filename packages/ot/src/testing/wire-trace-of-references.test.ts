/** The wire traces on the references of the kernels, of groups and of what else computes: the same bytes as on the kernels. */
import { readFileSync } from 'node:fs'
import { referenceGf2, wasmGf2 } from '@mixun/core/gf2'
import { ristretto255, sm2 } from '@mixun/core/group'
import { referenceSparse, reusableSparse, wasmSparse } from '@mixun/core/sparse'
import { expect, it, vi } from 'vitest'
import { traceOfData, tracedData } from './traced-data.ts'
import { batchedIntersectionRuns, groupRuns, traceOf } from './traced-runs.ts'

vi.mock('@mixun/core/group', async original => {
  const groups = await original<typeof import('@mixun/core/group')>()
  return { ...groups, ristretto255: groups.ristretto255Reference, sm2: groups.sm2Reference }
})

vi.mock('@mixun/core/gf2', async original => {
  const kernels = await original<typeof import('@mixun/core/gf2')>()
  return { ...kernels, wasmGf2: kernels.referenceGf2 }
})

vi.mock('@mixun/core/sparse', async original => {
  const kernels = await original<typeof import('@mixun/core/sparse')>()
  return {
    ...kernels,
    wasmSparse: kernels.referenceSparse,
    reusableSparse: () => kernels.referenceSparse,
  }
})

const baseline: unknown = JSON.parse(
  readFileSync(new URL('../../vectors/wire-traces.json', import.meta.url), 'utf8'),
)

it('runs on the references', () => {
  expect([ristretto255, sm2].map(group => group.isVariableTime)).toEqual([true, true])
  expect([wasmGf2, wasmSparse, reusableSparse()]).toEqual([referenceGf2, referenceSparse, referenceSparse])
})

it.each(groupRuns)('$name', async run => {
  // Keys of signatures ask for the kernel.
  const { sm2: signing } = await vi.importActual<typeof import('@mixun/core/group')>('@mixun/core/group')
  expect(baseline).toHaveProperty([run.name], await traceOf(run, referenceGf2, signing))
})

// Some seconds each: the long run.
it.runIf(process.env['MIXUN_LONG_RUN'] === '1').each(batchedIntersectionRuns)('$name', async run => {
  expect(baseline).toHaveProperty([run.name], await traceOf(run, referenceGf2))
})

it.each(tracedData)('$name', data => {
  expect(baseline).toHaveProperty([data.name], traceOfData(data))
})
