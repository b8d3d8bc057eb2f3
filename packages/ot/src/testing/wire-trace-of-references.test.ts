/** The wire traces of what computes in a group, on the references of the groups: the same bytes as on their kernels. */
import { readFileSync } from 'node:fs'
import { wasmGf2 } from '@mixun/core/gf2'
import { ristretto255, sm2 } from '@mixun/core/group'
import { expect, it, vi } from 'vitest'
import { groupRuns, traceOf } from './traced-runs.ts'

vi.mock('@mixun/core/group', async original => {
  const groups = await original<typeof import('@mixun/core/group')>()
  return { ...groups, ristretto255: groups.ristretto255Reference, sm2: groups.sm2Reference }
})

const baseline: unknown = JSON.parse(
  readFileSync(new URL('../../vectors/wire-traces.json', import.meta.url), 'utf8'),
)

it('runs on the references', () => {
  expect([ristretto255, sm2].map(group => group.isVariableTime)).toEqual([true, true])
})

it.each(groupRuns)('$name', async run => {
  // Keys of signatures ask for the kernel.
  const { sm2: signing } = await vi.importActual<typeof import('@mixun/core/group')>('@mixun/core/group')
  expect(baseline).toHaveProperty([run.name], await traceOf(run, wasmGf2, signing))
})
