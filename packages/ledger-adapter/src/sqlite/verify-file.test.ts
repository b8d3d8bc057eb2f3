import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { IntentBoughtPayload } from '../ledger/payloads.ts'
import { MixunError } from '@mixun/core/errors'
import { expectCode } from '@mixun/core/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { JIA_ASKS, TestConsortium } from '../testing/test-consortium.ts'

const consortium = new TestConsortium()
const { now } = consortium
const folder = mkdtempSync(join(tmpdir(), 'mixun-fsck-'))
const files = { ledger: join(folder, 'ledger.db'), mirror: join(folder, 'mirror.db') }
const copy = join(folder, 'copy.db')

const openLedger = (file: string) => openTestLedger(consortium, { file, snapshotEntries: 4 })
const openMirror = (file: string) => openTestMirror(consortium, 'jia', { file, snapshotEntries: 4 })

/** Every kind of row: a whole inquiry, checkpoints, cosignatures. */
beforeAll(async () => {
  const ledger = openLedger(files.ledger)
  const mirror = openMirror(files.mirror)
  await ledger.appendMany(consortium.opening())
  await mirror.sync(ledger)
  await mirror.cosign(consortium.identity('yi'), ledger, now)
  const consent = consortium.consent('jia')
  const intents = [1, 2].map(() => consortium.intent(consent, JIA_ASKS))
  await ledger.append(consortium.entry('jia', 'consent', consent))
  for (const intent of intents) await ledger.append(consortium.entry('jia', 'intent', intent))
  for (const intent of intents) {
    const outcome = consortium.outcome(intent, ['evaluated', 'refused'])
    await ledger.append(consortium.entry('jia', 'outcome', outcome))
  }
  const [used, unused] = [1, 2].map(() => consortium.bought('jia', JIA_ASKS, { expiresAt: now() - 1 })) as [
    IntentBoughtPayload,
    IntentBoughtPayload,
  ]
  for (const bought of [used, unused]) {
    await ledger.append(consortium.entry('jia', 'intent-bought', bought, now() - 60_000))
  }
  const filling = { intentId: used.intentId, expiresAt: used.expiresAt, isBought: true }
  const fillIn = consortium.intent(consent, JIA_ASKS, filling)
  await ledger.append(consortium.entry('jia', 'intent', fillIn, now() - 30_000))
  await ledger.append(consortium.entry('jia', 'intent-returned', { intentId: unused.intentId }))
  const ended = intents.map(({ intentId }) => intentId)
  const withdrawn = { consentId: consent.consentId, reason: 'subject-withdrew', intents: ended } as const
  await ledger.append(consortium.entry('jia', 'consent-withdrawn', withdrawn))
  await mirror.sync(ledger)
  await mirror.cosign(consortium.identity('jia'), ledger, now)
  const grant = { partyId: 'jia', amount: 100, reason: 'drill' } as const
  await ledger.append(consortium.entry('xiehui', 'points-grant', grant))
  mirror.gossip((await ledger.checkpoint()).text)
  ledger.verify()
  mirror.verify()
  await ledger.close()
  mirror.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A change that some check has to find: opens a copy of the file, changed, and verifies it. */
async function codeAfter(of: keyof typeof files, change: (database: DatabaseSync) => void): Promise<string> {
  copyFileSync(files[of], copy)
  using database = new DatabaseSync(copy)
  database.exec('PRAGMA foreign_keys = OFF; PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF')
  database.exec('PRAGMA ignore_check_constraints = ON; BEGIN')
  const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all()
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`)
  change(database)
  for (const { sql } of triggers) database.exec(String(sql))
  database.exec('COMMIT')
  database.close()
  try {
    const opened = of === 'ledger' ? openLedger(copy) : openMirror(copy)
    try {
      opened.verify()
    } finally {
      await opened.close()
    }
  } catch (error) {
    if (error instanceof MixunError) return error.code
    throw error
  }
  return 'not found'
}

interface Cell {
  readonly table: string
  readonly column: string
  readonly rowCount: number
}

function cells(of: keyof typeof files): Cell[] {
  using database = new DatabaseSync(files[of], { readOnly: true })
  const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()
  return names.flatMap(({ name: table }) => {
    const rowCount = Number(database.prepare(`SELECT count(*) AS n FROM ${String(table)}`).get()?.['n'])
    const columns = database.prepare(`PRAGMA table_info(${String(table)})`).all()
    return columns.map(({ name }) => ({ table: String(table), column: String(name), rowCount }))
  })
}

/** The value with its last byte, digit or character changed by one bit. */
function flipped(value: unknown): number | string | Uint8Array {
  if (typeof value === 'number') return value ^ 1
  if (value instanceof Uint8Array) return value.with(-1 + value.length, (value.at(-1) as number) ^ 1)
  const text = String(value)
  // Before the final newline of a note, inside its last signature.
  const at = text.endsWith('\n') ? text.length - 9 : text.length - 1
  return text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
}

describe.each(['ledger', 'mirror'] as const)('verification of a %s finds', of => {
  test('one flipped bit in any column of any table', async () => {
    const all = cells(of)
    const empty = all.filter(({ rowCount }) => rowCount === 0).map(({ table }) => table)
    expect([...new Set(empty)]).toEqual(of === 'ledger' ? ['ahead'] : ['intent_receipts'])
    const missed: string[] = []
    for (const { table, column, rowCount } of all) {
      for (const offset of rowCount === 0 ? [] : new Set([0, rowCount - 1])) {
        const code = await codeAfter(of, database => {
          const row = database.prepare(`SELECT * FROM ${table} LIMIT 1 OFFSET ${offset}`).get() ?? {}
          const where = Object.entries(row).filter(([, value]) => value !== null)
          const condition = where.map(([name]) => `${name} = ?`).join(' AND ')
          const change = `UPDATE OR REPLACE ${table} SET ${column} = ? WHERE ${condition}`
          database.prepare(change).run(flipped(row[column]), ...where.map(([, value]) => value))
        })
        if (!['ERR_LEDGER_CORRUPT', 'ERR_LEDGER_FOREIGN'].includes(code))
          missed.push(`${table}.${column}[${offset}]: ${code}`)
      }
    }
    expect(missed).toEqual([])
  })

  test('a row too few in any table', async () => {
    const missed: string[] = []
    for (const table of new Set(cells(of).map(cell => cell.table))) {
      if (table === 'intent_receipts' && of === 'mirror') continue
      // Whoever deletes the newest checkpoint or a cosignature only takes back what is said elsewhere too.
      // Without its snapshot a ledger only opens more slowly.
      // What was shown of the future is found again in the next session.
      if (['checkpoints', 'cosignatures', 'snapshot', 'ahead'].includes(table)) continue
      const code = await codeAfter(of, database => {
        const first = Object.keys(database.prepare(`SELECT * FROM ${table}`).get() ?? {})[0] as string
        database.exec(`DELETE FROM ${table} WHERE ${first} = (SELECT min(${first}) FROM ${table})`)
      })
      if (!['ERR_LEDGER_CORRUPT', 'ERR_LEDGER_FOREIGN'].includes(code)) missed.push(`${table}: ${code}`)
    }
    expect(missed).toEqual([])
  })

  test('a trigger that is gone', async () => {
    copyFileSync(files[of], copy)
    const database = new DatabaseSync(copy)
    database.exec('DROP TRIGGER entries_no_update')
    database.close()
    const opened = of === 'ledger' ? openLedger(copy) : openMirror(copy)
    expectCode('ERR_LEDGER_CORRUPT', () => opened.verify())
    await opened.close()
  })
})
