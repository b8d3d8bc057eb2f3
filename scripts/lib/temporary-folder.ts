import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Gives the tests and their processes one temporary folder, which goes with the run unless KEEP_TEST_FILES is set. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-test-'))
  process.env['TMPDIR'] = folder
  return () => {
    if (process.env['KEEP_TEST_FILES'] === undefined) rmSync(folder, { recursive: true, force: true })
    else process.stdout.write(`kept the files of this run in ${folder}\n`)
  }
}
