// Joint exposure: firms as separate processes, each with its own book, and one total over them of which nobody learns who
// contributed. Usage: node examples/03-joint-exposure/main.ts [--firms 10] [--suite intl|sm] [--keep]
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { suiteById } from '@mixun/core/suite'
import { RunFolder } from '../01-default-check/parties.ts'
import { Processes } from '../01-default-check/processes.ts'
import { runScenario } from './scenario.ts'

const { values } = parseArgs({
  options: {
    firms: { type: 'string', default: '10' },
    suite: { type: 'string', default: 'intl' },
    keep: { type: 'boolean', default: false },
  },
})
const firms = Number(values.firms)
if (!Number.isInteger(firms) || firms < 5 || firms > 40) throw new Error('--firms: expected 5 to 40')
const folder = new RunFolder(mkdtempSync(join(tmpdir(), 'mixun-joint-')))
const processes = new Processes({ NODE_COMPILE_CACHE: join(folder.root, 'compile-cache') })
process.once('exit', () => processes.killAll())
const started = Date.now()
const step = (text: string) =>
  process.stdout.write(`${((Date.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${text}\n`)
let isRight = false
try {
  const { id: suite } = suiteById(values.suite)
  const cores = Math.max(1, availableParallelism())
  const checked = await runScenario({ folder, processes, suite, firms, cores, onStep: step })
  for (const { what, found, expected } of checked) {
    const isSame = found === expected
    process.stdout.write(
      `${isSame ? 'right' : 'WRONG'}  ${what}: ${found}${isSame ? '' : `, expected ${expected}`}\n`,
    )
  }
  isRight = checked.every(({ found, expected }) => found === expected)
  step(isRight ? 'ALL RIGHT' : 'NOT RIGHT')
} finally {
  processes.killAll()
  if (isRight && !values.keep) rmSync(folder.root, { recursive: true })
  else process.stdout.write(`everything of this run is in ${folder.root}\n`)
}
process.exitCode = isRight ? 0 : 1
