import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toHex } from '@mixun/core/bytes'
import { CRASH_VARIABLE } from '@mixun/core/durability'
import { intl } from '@mixun/core/suite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { SqliteLedger } from './sqlite-ledger.ts'

const appender = fileURLToPath(new URL('../testing/append-forever.ts', import.meta.url))
const ENTRIES = 2
const SEED = 'the same'
const consortium = new TestConsortium()
const openLedger = (file: string) => openTestLedger(consortium, { file })

let folder: string
let template: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mixun-append-'))
  template = join(folder, 'template')
  const ledger = openLedger(template)
  await ledger.appendMany(consortium.opening())
  await ledger.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Appends the same two entries at every run, and signs a checkpoint after each. */
function append(file: string, crash: string) {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled'), [CRASH_VARIABLE]: crash }
  const args = [appender, file, intl.id, String(ENTRIES), SEED]
  const { signal, stdout } = spawnSync(process.execPath, args, { env, encoding: 'utf8', timeout: 60_000 })
  return { signal, told: stdout.split('\n').slice(0, -1) }
}

/** Index and id of the entries that were acknowledged. */
const receiptsIn = (told: readonly string[]) => told.filter(line => !line.includes('checkpoint'))
const notesIn = (told: readonly string[]) =>
  told.flatMap(line => {
    const [, what, hex] = line.split(' ')
    return what === 'checkpoint' ? Buffer.from(String(hex), 'hex').toString() : []
  })

/** The entries that the killed process was to append, brought again. */
async function appendAgain(ledger: SqliteLedger): Promise<string[]> {
  const same = new TestConsortium(undefined, SEED)
  const told: string[] = []
  for (let i = 0; i < ENTRIES; i++) {
    const entry = same.entry('jia', 'consent', same.consent('jia'))
    const { receipt } = await ledger.append(entry)
    told.push(`${receipt.index} ${toHex(entry.id)}`)
  }
  return told
}

test('killed at every durability point of append and checkpoint, a ledger keeps what it told, once', async () => {
  const list = join(folder, 'points')
  const whole = join(folder, 'whole')
  cpSync(template, whole)
  const expected = append(whole, `record:${list}`).told
  const points = readFileSync(list, 'utf8').trimEnd().split('\n')
  // At opening, and before and after the commit of each append and checkpoint.
  expect(points).toHaveLength(2 + 4 * ENTRIES)
  for (let n = 1; n <= points.length; n++) {
    const file = join(folder, `ledger-${n}`)
    cpSync(template, file)
    const { signal, told } = append(file, `kill:${n}`)
    expect([n, signal]).toEqual([n, 'SIGKILL'])
    expect(told).toEqual(expected.slice(0, told.length))
    const ledger = openLedger(file)
    expect(await appendAgain(ledger)).toEqual(receiptsIn(expected))
    expect(ledger.size).toBe(7 + ENTRIES)
    ledger.verify()
    for (const note of notesIn(told)) ledger.gossip(note)
    const mirror = openTestMirror(consortium, null, { file: `${file}-mirror` })
    expect((await mirror.sync(ledger)).root).toEqual((await ledger.checkpoint()).root)
    mirror.verify()
    mirror.close()
    await ledger.close()
  }
})
