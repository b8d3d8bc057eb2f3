/**
 * The bytes of every protocol run, each way, against a baseline that is checked in: no refactoring and no kernel changes
 * one unseen. Where a change is meant, raise the wire version or rename the parameters, and renew the baseline with
 * `node packages/ot/src/testing/renew-wire-traces.ts`.
 */
import { readFileSync } from 'node:fs'
import { referenceGf2, wasmGf2 } from '@mixun/core/gf2'
import { describe, expect, it } from 'vitest'
import { traceOf, tracedRuns } from './traced-runs.ts'

const baseline: unknown = JSON.parse(
  readFileSync(new URL('../../vectors/wire-traces.json', import.meta.url), 'utf8'),
)

describe.each([wasmGf2, referenceGf2])('wire traces, $name', makeKernel => {
  it.each(tracedRuns)('$name', async run => {
    expect(baseline).toHaveProperty([run.name], await traceOf(run, makeKernel))
  })
})

it('the baseline has no other run', () => {
  expect(Object.keys(baseline as object).toSorted()).toEqual(tracedRuns.map(({ name }) => name).toSorted())
})
