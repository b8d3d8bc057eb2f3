// Writes the baseline of the wire traces anew. Usage: node packages/ot/src/testing/renew-wire-traces.ts
import { writeFileSync } from 'node:fs'
import { wasmGf2 } from '@mixun/core/gf2'
import { traceOfData, tracedData } from './traced-data.ts'
import { traceOf, tracedRuns } from './traced-runs.ts'

const traces: Record<string, unknown> = {}
for (const run of tracedRuns) traces[run.name] = await traceOf(run, wasmGf2)
for (const data of tracedData) traces[data.name] = traceOfData(data)
writeFileSync(
  new URL('../../vectors/wire-traces.json', import.meta.url),
  `${JSON.stringify(traces, null, 2)}\n`,
)
