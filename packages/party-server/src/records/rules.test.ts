import { describe, expect, it } from 'vitest'
import { utf8 } from '@mixun/core/bytes'
import { parseIsoDate } from '@mixun/core/domain'
import { intl, type Suite, sm } from '@mixun/core/suite'
import { BUILT_IN_SHARING_RULES, Policy, type SharingRules } from '@mixun/ledger-adapter/policy'
import { consentDigest, REJECT_REASONS } from './index.ts'
import { type Cells, chunks, HEADER, importAll, importLines, line, smallProfile } from './testing/fixtures.ts'

/** The finding of a file that holds only this row. */
async function judge(cells: Cells): Promise<string> {
  const { findings, accepted } = await importLines(line(cells))
  expect(findings.length + accepted.length).toBe(1)
  const [finding] = findings
  return finding ? `${finding.reason} in ${finding.field}` : 'accepted'
}

describe('evaluateRow', () => {
  it.each<[string, Cells]>([
    ['a plain row', {}],
    ['traces of a spreadsheet', { id: '="11010519491231002X"' }],
    ['a leading apostrophe', { id: "'11010519491231002X" }],
    ['full-width forms and spaces', { id: '\u3000１１０１０５１９４９１２３１００２ｘ ' }],
    ['a 15-digit number', { id: '110105491231002' }],
    ['an organisation', { type: 'O', id: '91350100M000100Y43' }],
    ['an unknown amount', { amount: '' }],
    ['a note with separators, quotes and breaks', { note: 'a,"b"\r\nc' }],
    ['the as-of day itself', { date: '2026-06-30' }],
    ['a cured row', { status: 'cured', cured: '2026-06-30' }],
    ['a disputed row that was cured', { status: 'disputed', cured: '2025-01-01' }],
    ['a withdrawn row', { status: 'withdrawn' }],
    ['an open row with the day of an earlier cure', { cured: '2025-01-01' }],
  ])('accepts %s', async (_, cells) => {
    expect(await judge(cells)).toBe('accepted')
  })

  it.each<[string, Cells]>([
    ['id-format in idType', { type: 'passport' }],
    ['id-format in idType', { type: '' }],
    ['id-format in idNumber', { id: '9.94761E+17' }],
    ['id-format in idNumber', { id: '9927521998042057' }],
    ['id-format in idNumber', { id: '110105194902300021' }],
    ['id-format in idNumber', { type: 'O', id: '110105491231002' }],
    ['id-check in idNumber', { id: '110105194912310021' }],
    ['id-check in idNumber', { type: 'O' }],
    ['id-check in idNumber', { type: 'O', id: '91350100M000100Y44' }],
    ['kind in kind', { kind: '其他' }],
    ['kind in kind', { kind: '' }],
    ['kind in kind', { kind: 'constructor' }],
    ['date in occurredOn', { date: '' }],
    ['date in occurredOn', { date: '昨天' }],
    ['date in occurredOn', { date: '2021-02-30' }],
    ['date in curedOn', { status: 'cured', cured: '20211301' }],
    ['date-future in occurredOn', { date: '2026-07-01' }],
    ['date-future in curedOn', { status: 'cured', cured: '2026-07-01' }],
    ['amount in amount', { amount: '-100.00' }],
    ['amount in amount', { amount: '12.345' }],
    ['amount in amount', { amount: '1e6' }],
    ['amount in amount', { amount: '约五万' }],
    ['status in status', { status: '?' }],
    ['status in status', { status: '' }],
    ['status in curedOn', { status: 'cured' }],
    ['no-basis in basis', { basis: '' }],
    ['no-basis in basis', { basis: ' \u3000' }],
    ['no-basis in basis', { basis: 'S'.repeat(65) }],
    ['cohort in cohort', { cohort: 'old' }],
    ['cohort in cohort', { cohort: 'unknown' }],
  ])('says %s for %o', async (finding, cells) => {
    expect(await judge(cells)).toBe(finding)
  })

  it('gives the first reason that applies, in the order of the rules', async () => {
    // Each step mends what the step before was rejected for.
    const mend: readonly (keyof Cells)[] = ['id', 'kind', 'date', 'amount', 'status', 'basis', 'cohort']
    const bad: Cells = {
      id: 'x',
      kind: 'x',
      date: 'x',
      amount: 'x',
      status: 'x',
      basis: '',
      cohort: 'x',
    }
    const reasons: string[] = []
    for (let mended = 0; mended <= mend.length; mended++) {
      const cells = { ...bad }
      for (const name of mend.slice(0, mended)) delete cells[name]
      reasons.push(await judge(cells))
      if (mended === 0) reasons.push(await judge({ ...cells, id: '110105194912310021' }))
      if (mended === 2) reasons.push(await judge({ ...cells, date: '2026-07-01' }))
    }
    const order = REJECT_REASONS.filter(reason => reason !== 'duplicate')
    expect(reasons.map(reason => reason.split(' ')[0])).toEqual([...order, 'accepted'])
  })
})

describe('the rules of sharing', () => {
  const rules = {
    ...BUILT_IN_SHARING_RULES,
    statutoryRules: [{ id: 'statutory:court', classes: ['B' as const] }],
  }
  const judgeUnder = async (sharing: SharingRules, cells: Cells, suite: Suite = intl) => {
    const file = chunks(utf8([HEADER, line(cells)].join('\n')))
    const { findings, accepted } = await importAll(
      smallProfile(),
      file,
      'jia',
      suite,
      Object.assign(new Policy(), { sharing }),
    )
    return findings[0]?.reason ?? accepted[0]?.imported.basis
  }

  it('let existing customers in from the day the consortium says', async () => {
    const from = (day: string) => ({ ...rules, existingCustomersFrom: parseIsoDate(day) })
    expect(await judgeUnder(from('2026-06-30'), { cohort: 'old' })).toMatchObject({ kind: 'consent' })
    expect(await judgeUnder(from('2026-07-01'), { cohort: 'old' })).toBe('cohort')
    expect(await judgeUnder(from('2026-06-30'), { cohort: 'unknown' })).toBe('cohort')
  })

  it('know the statutory rules and their classes; what else begins so is no basis', async () => {
    const rule = 'statutory:court'
    expect(await judgeUnder(rules, { basis: rule, kind: 'law' })).toEqual({ kind: 'statutory', rule })
    expect(await judgeUnder(BUILT_IN_SHARING_RULES, { basis: rule })).toBe('no-basis')
    expect(await judgeUnder(rules, { basis: 'statutory:class-a' })).toBe('no-basis')
    const onlyC = { ...rules, statutoryRules: [{ id: rule, classes: ['C' as const] }] }
    expect(await judgeUnder(onlyC, { basis: rule })).toBe('no-basis')
  })

  it.each([intl, sm])('keep the digest of an authorisation, in suite $id', async suite => {
    const digest = consentDigest(suite, 'jia', 'SQ00000001')
    expect(await judgeUnder(rules, {}, suite)).toEqual({ kind: 'consent', digest })
    expect(digest).not.toEqual(consentDigest(suite, 'yi', 'SQ00000001'))
  })
})

describe('duplicates', () => {
  it('are rows with subject, kind, date and amount of an earlier accepted row, however they are written', async () => {
    const { findings } = await importLines(
      line(),
      line({
        id: ' 11010519491231002x',
        date: '2024/5/10',
        amount: '12.34元',
        status: 'disputed',
        note: 'again',
      }),
      line({ id: '110105491231002', basis: 'SQ00000002' }),
    )
    expect(findings).toEqual([
      { dataRow: 2, line: 3, field: 'idNumber', reason: 'duplicate' },
      { dataRow: 3, line: 4, field: 'idNumber', reason: 'duplicate' },
    ])
  })

  it('are not rows that differ in one of the four, nor a repetition of a rejected row', async () => {
    const { summary } = await importLines(
      line({ status: '?' }),
      line(),
      line({ id: '440524188001010014' }),
      line({ kind: 'law' }),
      line({ date: '2024-05-11' }),
      line({ amount: '' }),
      line({ amount: '0' }),
    )
    expect(summary).toMatchObject({ accepted: 6, rejected: { status: 1, duplicate: 0 } })
  })

  it('are found among unknown amounts', async () => {
    expect((await importLines(line({ amount: '' }), line({ amount: ' ' }))).summary.rejected.duplicate).toBe(
      1,
    )
  })
})

describe('visibility', () => {
  const list = smallProfile(toml =>
    toml
      .replace('note = "ignored"', 'note = "visibility"')
      .replace(
        'law = "judicial-dispute"',
        'penalty = "administrative-penalty"\nlist = "stock-pledge-repo-blacklist"',
      )
      .concat('[codes.visibility]\nyes = "public"\nno = "members"\n'),
  )
  const header = 'type,id,kind,date,amount,status,cured,basis,cohort,note'

  it.each<[number, string, string]>([
    [1, 'penalty', 'yes'],
    [1, 'list', 'no'],
    [0, 'penalty', 'no'],
    [0, 'list', 'yes'],
    [0, 'penalty', ''],
  ])('accepts %i rows of kind %s marked public: %j', async (count, kind, note) => {
    const { accepted, findings } = await importAll(list, chunks(utf8(`${header}\n${line({ kind, note })}`)))
    expect(accepted).toHaveLength(count)
    expect(findings.map(({ reason, field }) => `${reason} in ${field}`)).toEqual(
      count ? [] : ['kind in visibility'],
    )
  })
})
