import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { intl } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import type { FuzzedCodec } from '@mixun/core/testing/fuzz'
import type { RunBlock } from '../sealed-table/index.ts'
import { FileRuns } from '../table-files/index.ts'

const random = seededRandom('fuzzed runs')
const sealingKey = random.bytes(intl.aeadKeyBytes)
const nonce = new Uint8Array(intl.aeadNonceBytes)

const folder = mkdtempSync(join(tmpdir(), 'mixun-runs-'))
process.once('exit', () => rmSync(folder, { recursive: true }))
const file = join(folder, '0.run')

/** A store that has no run yet. */
function openRuns(): FileRuns {
  return new FileRuns({
    folder,
    seal: (place, bytes) => intl.seal(sealingKey, nonce, bytes, utf8(place)),
    open: (place, bytes) => intl.open(sealingKey, nonce, bytes, utf8(place)),
  })
}

function encodeRun(blocks: readonly RunBlock[]): Uint8Array {
  openRuns().keep(0, blocks)
  return new Uint8Array(readFileSync(file))
}

function decodeRun(bytes: Uint8Array): RunBlock[] {
  // A new file: to shorten one makes file systems wait for the disk.
  rmSync(file, { force: true })
  writeFileSync(file, bytes)
  // The rows of a block hold until the next one is asked for.
  return Array.from(openRuns().blocks(0), ({ rows, book }) => ({ rows: rows.slice(), book }))
}

/** A file of a large build: the provider's own, and what a disk or another hand makes of it. */
export const runCodec: FuzzedCodec = {
  name: 'run of a build',
  source: 'table-files/file-runs.ts',
  samples: [encodeRun([60, 30].map(length => ({ rows: random.bytes(length), book: random.bytes(9) })))],
  decode: decodeRun,
  encode: (blocks: RunBlock[]) => encodeRun(blocks),
}
