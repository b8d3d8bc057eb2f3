import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import { loadProfile } from '../profiles/load-profile.ts'
import { saltedSourceDigest } from '@mixun/core/domain'
import { consentDigest, importRows, REJECT_REASONS } from './index.ts'
import {
  AS_OF,
  BROKERS,
  chunks,
  EXPORTS,
  type Exporter,
  GOOD_ROW,
  HEADER,
  importAll,
  importExport,
  importLines,
  line,
  openExport,
  smallProfile,
} from './testing/fixtures.ts'

interface ExpectedFile {
  readonly firm: Exporter
  readonly rows: number
  readonly outcome: Readonly<Record<string, number>>
  readonly published: number
}

const expected: { readonly asOf: string; readonly files: Readonly<Record<string, ExpectedFile>> } =
  JSON.parse(readFileSync(join(BROKERS, 'expected-import.json'), 'utf8'))

describe('importRows on the example exports', () => {
  it('knows the day and the files that were expected', () => {
    expect(expected.asOf).toBe(AS_OF)
    expect(Object.keys(expected.files).sort()).toEqual(Object.values(EXPORTS).sort())
  })

  it.each(Object.entries(expected.files))('finds in %s exactly what is expected', async (file, want) => {
    const { summary, accepted, findings } = await importExport(want.firm)
    const { accepted: acceptedCount, ...reasons } = want.outcome
    const none = Object.fromEntries(REJECT_REASONS.map(reason => [reason, 0]))
    const content = readFileSync(join(BROKERS, file))
    expect(summary).toMatchObject({
      profile: want.firm,
      rows: want.rows,
      accepted: acceptedCount,
      published: want.published,
      rejected: { ...none, ...reasons },
      bytes: content.length,
    })
    expect(accepted).toHaveLength(summary.accepted)
    expect(accepted.filter(row => row.published)).toHaveLength(summary.published)
    expect(findings).toHaveLength(summary.rows - summary.accepted)
  })

  it.each([
    [intl, 'sha256'],
    [sm, 'sm3'],
  ])('digests the whole file with the hash of its suite', async (suite, hash) => {
    const content = readFileSync(join(BROKERS, EXPORTS.ding))
    const { summary } = await importAll(await loadProfile('ding'), openExport('ding'), 'ding', suite)
    expect(summary.fileDigest).toEqual(Uint8Array.from(createHash(hash).update(content).digest()))
  })

  it('names for every finding a row and the line on which it begins, and no value', async () => {
    const { findings } = await importExport('ding')
    const lines = readFileSync(join(BROKERS, EXPORTS.ding), 'utf8').split('\n')
    // The first column is the customer's name, then the type: what a row begins with, whatever its notes hold.
    const beginsARow = /^[^,"\ufeff]{2,20},(?:身份证|统一社会信用代码),/
    expect(findings.filter(({ line: number }) => beginsARow.test(lines[number - 1] as string))).toHaveLength(
      findings.length,
    )
    for (const finding of findings) {
      expect(Object.keys(finding).sort()).toEqual(['dataRow', 'field', 'line', 'reason'])
    }
  })
})

describe('importRows', () => {
  it('counts rows and lines apart when notes hold line breaks and lines are blank', async () => {
    const { findings, summary } = await importLines(
      line({ note: 'one\ntwo, "three"\r\n' }),
      '',
      line({ id: '110105194912310021' }),
      line({ date: '昨天', note: 'a\nb' }),
      line({ kind: '' }),
    )
    expect(findings).toEqual([
      { dataRow: 2, line: 6, field: 'idNumber', reason: 'id-check' },
      { dataRow: 3, line: 7, field: 'occurredOn', reason: 'date' },
      { dataRow: 4, line: 9, field: 'kind', reason: 'kind' },
    ])
    expect(summary).toMatchObject({ rows: 4, accepted: 1, published: 1 })
  })

  it('gives the same result however the file is cut', async () => {
    const file = utf8(`${HEADER}\r\n${line({ note: '第一行\n第二行' })}\r\n${line({ basis: '' })}\r\n`)
    const whole = await importAll(smallProfile(), chunks(file, file.length))
    for (let size = 1; size < 20; size++) {
      const cut = await importAll(smallProfile(), chunks(file, size))
      expect(cut.summary).toEqual(whole.summary)
      expect(cut.findings).toEqual(whole.findings)
      expect(cut.accepted[0]?.imported.record.toPlain()).toEqual(whole.accepted[0]?.imported.record.toPlain())
    }
    expect(whole.summary).toMatchObject({ rows: 2, accepted: 1 })
  })

  it('accepts a file with a header only', async () => {
    expect((await importLines()).summary).toMatchObject({ rows: 0, accepted: 0, published: 0 })
  })

  it('reports progress every 1,000 rows and at the end', async () => {
    const rows = Array.from({ length: 2_001 }, () => line())
    const seen: number[] = []
    await importRows(smallProfile(), chunks(utf8([HEADER, ...rows].join('\n')), 4_096), {
      asOf: AS_OF,
      saltOf: () => new Uint8Array(32),
      reporter: 'jia',
      suite: intl,
      onProgress: ({ rows: count }) => void seen.push(count),
    })
    expect(seen).toEqual([1_000, 2_000, 2_001])
  })

  it('stops at the first error of a callback and closes the file', async () => {
    let closed = false
    async function* file(): AsyncGenerator<Uint8Array> {
      try {
        while (true) yield utf8(`${HEADER}\n${`${line()}\n`.repeat(500)}`)
      } finally {
        closed = true
      }
    }
    const options = {
      asOf: AS_OF,
      saltOf: () => new Uint8Array(32),
      reporter: 'jia',
      suite: intl,
      onAccepted: () => {
        throw new Error('the disk is full')
      },
    }
    await expect(importRows(smallProfile(), file(), options)).rejects.toThrow('the disk is full')
    await expect.poll(() => closed).toBe(true)
  })

  it('passes on the error of a file that cannot be read', async () => {
    async function* file(): AsyncGenerator<Uint8Array> {
      yield utf8(HEADER)
      throw new Error('the disk is gone')
    }
    await expect(importAll(smallProfile(), file())).rejects.toThrow('the disk is gone')
  })

  it('refuses a reporter that is no party id', async () => {
    const file = chunks(utf8(`${HEADER}\n${line()}`))
    await expectCodeAsync('ERR_RECORD_INVALID', importAll(smallProfile(), file, '甲证券'))
  })

  it('gives each source row its own digest, which changes with any cell and the basis', async () => {
    const { accepted } = await importLines(
      line(),
      line({ date: '2024-05-11' }),
      line({ date: '2024-05-12', note: 'x' }),
      line({ date: '2024-05-12', amount: '1', note: 'y' }),
    )
    const digests = accepted.map(row => row.imported.record.sourceDigest.join())
    expect(new Set(digests).size).toBe(4)
    const again = await importLines(line())
    expect(again.accepted[0]?.imported.record.sourceDigest.join()).toBe(digests[0])
  })

  it('shows of a source only what its salt opens', async () => {
    const { accepted } = await importLines(line(), line({ date: '2024-05-11' }))
    for (const { imported } of accepted) {
      const { record, source } = imported
      expect(toHex(record.sourceDigest)).toBe(toHex(saltedSourceDigest(intl, source)))
      expect(toHex(source.salt)).toBe(toHex(intl.hash(utf8('salt'), source.digest)))
      expect(toHex(record.sourceDigest)).not.toBe(toHex(source.digest))
      const unsalted = saltedSourceDigest(intl, { ...source, salt: new Uint8Array(32) })
      expect(toHex(record.sourceDigest)).not.toBe(toHex(unsalted))
    }
  })

  it('binds a source digest to the basis even when no column holds it', async () => {
    const withBasis = (basis: string) =>
      smallProfile(
        toml => `${toml.replace('basis = "basis"', 'basis = "ignored"')}[defaults]\nbasis = "${basis}"\n`,
      )
    const digests = new Set<string>()
    for (const basis of ['rule-1', 'rule-2', 'rule-1']) {
      const { accepted } = await importAll(withBasis(basis), chunks(utf8(`${HEADER}\n${line()}`)))
      digests.add(accepted[0]?.imported.record.sourceDigest.join() ?? 'none')
    }
    expect(digests.size).toBe(2)
  })

  it('keeps accepted rows out of logs', async () => {
    const { accepted } = await importLines(line({ amount: '98765.43' }))
    const text = inspect(accepted, { depth: 9, showHidden: true, getters: true }) + JSON.stringify(accepted)
    for (const canary of [GOOD_ROW.id, GOOD_ROW.basis, '9876543', '2024-05-10', 'repay']) {
      expect(text).not.toContain(canary)
    }
    const imported = accepted[0]?.imported
    expect([imported?.basis.kind, imported?.cohort]).toEqual(['consent', 'new'])
    expect(text).not.toContain(toHex(consentDigest(intl, 'jia', GOOD_ROW.basis)))
    expect(imported?.subject.reveal()).toBe(GOOD_ROW.id)
  })
})
