/**
 * The bytes of every protocol run, each way, and of what parties publish or garble for others, against a baseline that is
 * checked in: no refactoring and no kernel changes one unseen. Where a change is meant, raise the wire version or rename
 * the parameters, and renew the baseline with `node packages/ot/src/testing/renew-wire-traces.ts`.
 */
import { readFileSync } from 'node:fs'
import { referenceGf2, wasmGf2 } from '@mixun/core/gf2'
import { describe, expect, it } from 'vitest'
import { traceOfData, tracedData } from './traced-data.ts'
import { extensionRuns, traceOf, tracedRuns } from './traced-runs.ts'

const baseline: unknown = JSON.parse(
  readFileSync(new URL('../../vectors/wire-traces.json', import.meta.url), 'utf8'),
)

describe('wire traces', () => {
  it.each(tracedRuns)('$name', async run => {
    expect(baseline).toHaveProperty([run.name], await traceOf(run, wasmGf2))
  })

  it.each(extensionRuns)('$name, on the reference of the kernel', async run => {
    expect(baseline).toHaveProperty([run.name], await traceOf(run, referenceGf2))
  })

  it.each(tracedData)('$name', data => {
    expect(baseline).toHaveProperty([data.name], traceOfData(data))
  })
})

it('the baseline has nothing else', () => {
  const names = [...tracedRuns, ...tracedData].map(({ name }) => name)
  expect(Object.keys(baseline as object).toSorted()).toEqual(names.toSorted())
})
