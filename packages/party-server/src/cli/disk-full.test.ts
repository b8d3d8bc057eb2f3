import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { Consortium } from '@mixun/sdk/consortium'
import { type Home, writeFileDurably } from '@mixun/sdk/home'
import { verifyLedger } from '../ledger/access.ts'
import { openBatches } from '../stores/open.ts'
import { consentOf } from '../testing/clients.ts'
import { approveRecords, CHECKER, MAKER } from '../testing/records.ts'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { canMount, SmallDisk } from '../testing/small-disk.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { importExport } from './verbs/import.ts'
import { publish } from './verbs/publish.ts'

const kind = 'judicial-dispute' as const

const HEADER =
  '客户姓名,证件类型,证件号码,业务类型,违约类型,违约日期,违约金额,状态,了结日期,授权书编号,客户群,备注'

function exportOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const day = `2025-03-${String(10 + Math.floor(i / 999)).padStart(2, '0')}`
    const number = investor(1 + (i % 999)).reveal()
    return `某某,身份证,${number},股票质押,司法纠纷,${day},100.50,未了结,,SQ00000001,新,`
  })
  return [HEADER, ...lines, ''].join('\n')
}

function acceptedOf(home: Home): number[] {
  using batches = openBatches(home)
  return batches.all().map(({ summary }) => summary.accepted)
}

// Root mounts a disk of a few megabytes; elsewhere the mapping of the errors is tested in core alone.
describe.skipIf(!canMount)('with no space left on the disk', () => {
  let disk: SmallDisk
  let consortium: TestConsortium
  beforeAll(async () => {
    disk = new SmallDisk(24)
    vi.stubEnv('TMPDIR', disk.root)
    consortium = await TestConsortium.found({ firms: { jia: [], yi: [{ subject: investor(1), kind }] } })
    vi.unstubAllEnvs()
  })
  afterEach(() => disk.free())
  afterAll(async () => {
    await consortium[Symbol.asyncDispose]()
    disk[Symbol.dispose]()
  })

  const files = (party: string) =>
    readdirSync(consortium.firm(party).root, { recursive: true }).map(String).toSorted()

  it('an import keeps nothing and says ERR_DISK_FULL; the same import works afterwards', async () => {
    const { home, root } = consortium.firm('yi')
    const before = files('yi')
    const export_ = join(disk.root, 'export.csv')
    writeFileSync(export_, exportOf(4_000))
    const args = [
      export_,
      '--profile',
      'jia',
      '--operator',
      MAKER,
      '--as-of',
      '2026-06-30',
      '--home',
      root,
      '--json',
    ]
    disk.fill(400_000)
    const failed = await runVerb(importExport, args)
    expect([failed.exitCode, failed.stdout, codeIn(failed)]).toEqual([1, '', 'ERR_DISK_FULL'])
    expect(failed.stderr).not.toContain(investor(1).reveal())
    expect(files('yi')).toEqual(before)
    expect(acceptedOf(home)).toEqual([1])
    disk.free()
    expect((await runVerb(importExport, args)).exitCode).toBe(0)
    expect(acceptedOf(home)).toEqual([1, 4_000])
    using batches = openBatches(home)
    batches.decide(2, CHECKER, 'reviewed')
    batches.decide(2, CHECKER, 'rejected')
  })

  it('a publication commits to nothing and says ERR_DISK_FULL; the next one works', async () => {
    const { home, root } = consortium.firm('yi')
    const size = consortium.ledgerSize
    approveRecords(home, [{ subject: investor(2), kind }])
    const before = files('yi').filter(file => file.includes('.tmp'))
    disk.fill()
    const failed = await runVerb(publish, ['--home', root, '--json'])
    expect([failed.exitCode, failed.stdout, codeIn(failed)]).toEqual([1, '', 'ERR_DISK_FULL'])
    expect(files('yi').filter(file => file.includes('.tmp'))).toEqual(before)
    disk.free()
    expect(consortium.ledgerSize).toBe(size)
    expect((await runVerb(publish, ['--home', root, '--json'])).exitCode).toBe(0)
    expect(consortium.ledgerSize).toBe(size + 2)
  })

  it('an append is refused with ERR_DISK_FULL, and no entry that was acknowledged is lost', async () => {
    const jia = Consortium.open(consortium.firm('jia').home)
    try {
      const append = (address: string) => jia.append('member-address', { partyId: 'jia', address })
      const before = await append('127.0.0.1:1')
      disk.fill()
      await expectCodeAsync('ERR_DISK_FULL', append('127.0.0.1:2'))
      disk.free()
      const after = await append('127.0.0.1:3')
      expect(after.receipt.index).toBe(before.receipt.index + 1)
      await jia.sync()
      for (const appended of [before, after]) jia.requireOnRecord(appended)
      const { size } = await verifyLedger(consortium.association.home)
      expect(size).toBe(after.receipt.index + 1)
    } finally {
      await jia.close()
    }
  })

  it('a consent is refused before it is on the ledger', async () => {
    await using jia = await consortium.firm('jia').client()
    const size = consortium.ledgerSize
    disk.fill()
    await expectCodeAsync('ERR_DISK_FULL', consentOf(jia, investor(3)))
    disk.free()
    expect(consortium.ledgerSize).toBe(size)
    await consentOf(jia, investor(3))
  })

  it('a file stays what it was, and no half of the new one is left', () => {
    const file = join(disk.root, 'file')
    writeFileDurably(file, 'old')
    disk.fill(8_192)
    expectCode('ERR_DISK_FULL', () => writeFileDurably(file, new Uint8Array(100_000)))
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(disk.root).filter(name => name.endsWith('.tmp'))).toEqual([])
  })
})
