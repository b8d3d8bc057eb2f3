import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, utf8 } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { expectCodeAsync } from '@mixun/core/testing'
import { loadProfile } from '../profiles/index.ts'
import { DEFAULT_ROW_LIMITS, type ImportProfile, readRows } from './index.ts'
import { BROKERS, chunks, GOOD_ROW, HEADER, line, openExport, smallProfile } from './testing/fixtures.ts'

const profile = smallProfile()
const gb18030 = smallProfile(toml => toml.replace('utf-8', 'gb18030'))
const withMark = smallProfile(toml => toml.replace('byteOrderMark = false', 'byteOrderMark = true'))
const MARK = Uint8Array.of(0xef, 0xbb, 0xbf)
const GOOD_FILE = utf8(`${HEADER}\n${line()}\n`)

async function read(
  layout: ImportProfile,
  bytes: AsyncIterable<Uint8Array>,
  limits = DEFAULT_ROW_LIMITS,
): Promise<(readonly string[])[]> {
  const rows: (readonly string[])[] = []
  for await (const row of readRows(layout, bytes, limits)) rows.push(row.reveal())
  return rows
}

/** A GB18030 file of one row with this note. */
const gbFile = (...note: number[]): Uint8Array =>
  concat(utf8(`${HEADER}\n${line().slice(0, -2)}"`), Uint8Array.from(note), utf8('"\n'))

describe('encoding', () => {
  it('decodes GB18030: two bytes, four bytes, the private use area, beyond the basic plane', async () => {
    const note = [0xa2, 0xd9, 0xa3, 0xc1, 0x81, 0x30, 0x81, 0x30, 0x95, 0x32, 0x82, 0x36, 0xaa, 0xa1]
    for (const size of [1, 2, 3, 5, 1_000]) {
      const [row] = await read(gb18030, chunks(gbFile(...note), size))
      expect(row?.at(-1)).toBe('①Ａ\u0080\u{20000}\ue000')
    }
  })

  it('reads a UTF-8 file with a byte order mark only where the profile allows one', async () => {
    expect(await read(withMark, chunks(concat(MARK, GOOD_FILE), 1))).toHaveLength(1)
    expect(await read(withMark, chunks(GOOD_FILE))).toHaveLength(1)
    const error = await expectCodeAsync('ERR_IMPORT_ENCODING', read(profile, chunks(concat(MARK, GOOD_FILE))))
    expect(error.message).toContain('byteOrderMark')
  })

  /** What follows a good first row, the line it fails on and the byte after the good row. */
  it.each<[string, ImportProfile, number[], number, number]>([
    ['a lone byte', profile, [0x61, 0x61, 0xff, 0x0a], 3, 2],
    ['a character cut by a line break', profile, [0x61, 0xe4, 0xb8, 0x0a], 3, 3],
    ['a character cut by the end', profile, [0x0a, 0x61, 0xe4, 0xb8], 4, 3],
    ['an overlong form', profile, [0xc0, 0xaf], 3, 0],
    ['a surrogate', profile, [0x61, 0xed, 0xa0, 0x80], 3, 2],
    ['a GB18030 byte that begins nothing', gb18030, [0x61, 0x61, 0xff], 3, 2],
    ['half a four-byte character', gb18030, [0x81, 0x30, 0x0a], 3, 2],
  ])('refuses %s, naming line and byte', async (_, layout, rest, lineNumber, byte) => {
    const file = concat(GOOD_FILE, Uint8Array.from(rest))
    for (const size of [1, 7, file.length]) {
      const error = await expectCodeAsync('ERR_IMPORT_ENCODING', read(layout, chunks(file, size)))
      expect(error.details).toEqual({ line: lineNumber, byte: GOOD_FILE.length + byte })
      expect(error.message).toContain(layout.encoding)
    }
  })

  it("refuses one firm's file under a profile of another encoding", async () => {
    const jia = await loadProfile('jia')
    const asUtf8: ImportProfile = { ...(await loadProfile('yi')), encoding: 'utf-8' }
    const error = await expectCodeAsync('ERR_IMPORT_ENCODING', read(asUtf8, openExport('yi')))
    expect(error.details.line).toBe(2)
    await expectCodeAsync('ERR_IMPORT_ENCODING', read({ ...jia, encoding: 'gb18030' }, openExport('jia')))
    const utf16 = Buffer.from(readFileSync(join(BROKERS, 'jia.csv'), 'utf8'), 'utf16le')
    await expectCodeAsync('ERR_IMPORT_ENCODING', read(jia, chunks(utf16, 4_096)))
  })
})

describe('header', () => {
  const columns = HEADER.split(',')
  const file = (names: readonly string[]) => chunks(utf8(`${names.join(',')}\n`))

  it('takes the columns in any order', async () => {
    const reversed = columns.toReversed()
    const rows = `${reversed.join(',')}\n${reversed.map(name => name.toUpperCase()).join(',')}\n`
    const cells: (string | null)[] = []
    for await (const row of readRows(profile, chunks(utf8(rows)))) {
      cells.push(row.cell('idNumber'), row.cell('cohort'), row.cell('visibility'))
    }
    expect(cells).toEqual(['ID', 'COHORT', null])
  })

  it.each<[string, readonly string[], string]>([
    ['a missing column', columns.filter(name => name !== 'basis'), 'missing: basis'],
    ['an unknown column', [...columns, 'colour'], 'unknown: "colour"'],
    ['a renamed column', columns.with(0, 'Type'), 'missing: type; unknown: "Type"'],
    ['a repeated column', [...columns, 'id'], 'more than once: id'],
    ['an unnamed column', [...columns, ''], 'unknown: ""'],
  ])('refuses %s and names it', async (_, names, problem) => {
    const error = await expectCodeAsync('ERR_IMPORT_COLUMNS', read(profile, file(names)))
    expect(error.message).toContain(problem)
  })

  it('refuses an empty file and a file of blank lines', async () => {
    await expectCodeAsync('ERR_IMPORT_COLUMNS', read(profile, chunks(new Uint8Array(0))))
    await expectCodeAsync('ERR_IMPORT_COLUMNS', read(profile, chunks(utf8('\n\n\n'))))
  })

  it('refuses a file with another separator', async () => {
    await expectCodeAsync('ERR_IMPORT_COLUMNS', read(profile, file([HEADER.replaceAll(',', '|')])))
  })

  it("does not name the cells of a customer's row that stands in the place of the header", async () => {
    const error = await expectCodeAsync(
      'ERR_IMPORT_COLUMNS',
      read(profile, chunks(utf8(`${line()}\n${line()}`))),
    )
    expect(error.message).not.toContain(GOOD_ROW.id)
    expect(error.message).not.toContain(GOOD_ROW.basis)
  })

  it("refuses one firm's file under another firm's profile", async () => {
    await expectCodeAsync('ERR_IMPORT_COLUMNS', read(await loadProfile('ding'), openExport('jia')))
  })
})

describe('rows', () => {
  it('keep separators, quotes and line breaks of quoted cells, with LF and CRLF', async () => {
    const note = '含,逗号 引"号"\n第二行\r\n第三行'
    for (const end of ['\n', '\r\n']) {
      const file = utf8([HEADER, line({ note }), line()].join(end) + end)
      const rows = await read(profile, chunks(file, 3))
      expect(rows.map(row => row.at(-1))).toEqual([note, ''])
    }
  })

  it.each<[string, string, number, number]>([
    ['a column too few', [HEADER, line(), line().slice(0, -3)].join('\n'), 2, 3],
    ['a column too many', [HEADER, `${line()},x`].join('\n'), 1, 2],
    [
      'a column too many after a note of two lines',
      [HEADER, line({ note: 'a\nb' }), `${line()},x`].join('\n'),
      2,
      4,
    ],
    ['an unclosed quote', [HEADER, line(), `"${GOOD_ROW.id}`, line()].join('\n'), 2, 4],
    ['text after a quote', [HEADER, `"P"${GOOD_ROW.id}`].join('\n'), 1, 2],
    ['a quote inside a plain cell', [HEADER, `${GOOD_ROW.id}"`].join('\n'), 1, 2],
  ])('refuse %s, naming the row and no cell', async (_, text, dataRow, lineNumber) => {
    const error = await expectCodeAsync('ERR_IMPORT_ROW', read(profile, chunks(utf8(text))))
    expect(error.details).toEqual({ dataRow, line: lineNumber })
    expect(error.message).toContain(`row ${dataRow} `)
    const everything = error.message + JSON.stringify(error.details) + String(error.cause)
    expect(everything).not.toContain(GOOD_ROW.id)
  })

  it('refuse a cell, a line and a row above the limits', async () => {
    const file = (note: string) => chunks(utf8(`${HEADER}\n${line({ note })}\n${line()}`), 64)
    const limits = { maxRowBytes: 400, maxFieldChars: 100 }
    expect(await read(profile, file('n'.repeat(100)), limits)).toHaveLength(2)
    await expectCodeAsync('ERR_IMPORT_ROW', read(profile, file('n'.repeat(101)), limits))
    await expectCodeAsync('ERR_IMPORT_ROW', read(profile, file('n'.repeat(1_000)), limits))
    // 1,000 bytes in 200 lines of 5: only the limit of a row stops them.
    const manyLines = () => file('note\n'.repeat(200))
    await expectCodeAsync('ERR_IMPORT_ROW', read(profile, manyLines(), { ...limits, maxFieldChars: 2_000 }))
    expect(await read(profile, manyLines(), { maxRowBytes: 2_000, maxFieldChars: 2_000 })).toHaveLength(2)
  })

  it('end a file without line breaks before it fills the memory', async () => {
    let sent = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      while (true) {
        sent += 1_024
        yield new Uint8Array(1_024).fill(0x61)
      }
    }
    await expectCodeAsync('ERR_IMPORT_ROW', read(profile, endless()))
    expect(sent).toBeLessThan(200_000)
  })

  it('throw only coded errors on mutated files', async () => {
    const file = utf8([HEADER, line({ note: '第一行\n第二行' }), line(), line({ note: '"' })].join('\r\n'))
    const mutations = fc.array(fc.record({ at: fc.nat(file.length - 1), value: fc.nat(255) }), {
      maxLength: 4,
    })
    let refused = 0
    await fc.assert(
      fc.asyncProperty(mutations, fc.constantFrom(profile, gb18030), async (changes, layout) => {
        let bytes: Uint8Array = file
        for (const { at, value } of changes) bytes = bytes.with(at, value)
        const error = await read(layout, chunks(bytes, 50)).then(
          () => null,
          (thrown: unknown) => thrown,
        )
        if (error === null) return
        refused++
        if (!(error instanceof MixunError)) throw error
      }),
      { numRuns: 400 },
    )
    expect(refused).toBeGreaterThan(50)
  })
})
