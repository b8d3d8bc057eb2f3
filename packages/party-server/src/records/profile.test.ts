import { describe, expect, it } from 'vitest'
import { expectCode } from '@mixun/core/testing'
import { parseProfile } from './index.ts'
import { PROFILE_TOML, smallProfile } from './testing/fixtures.ts'

describe('parseProfile', () => {
  it('normalises the codes like the cells they are compared with', () => {
    const profile = smallProfile(toml => toml.replace('repay =', '"\u3000ｒｅｐａｙ" ='))
    expect(profile.codes.kind.get('repay')).toBe('contract-due-not-repaid')
  })

  it.each<[string, string, string, string]>([
    ['text that is not TOML', 'encoding = "utf-8"', 'encoding = ', 'TOML'],
    ['an unknown setting', 'separator = ","', 'separator = ","\nquote = "\'"', 'quote'],
    ['an unknown setting of a table', 'unit = "yuan"', 'unit = "yuan"\nround = true', 'round'],
    ['an unknown table of codes', '[codes.cohort]', '[codes.color]\nred = "1"\n[codes.cohort]', 'color'],
    ['a missing setting', 'separator = ","', '', 'separator'],
    ['an encoding it cannot decode', 'encoding = "utf-8"', 'encoding = "utf-16"', 'encoding'],
    ['a separator of two characters', 'separator = ","', 'separator = "||"', 'separator'],
    ['a quote as separator', 'separator = ","', "separator = '\"'", 'separator'],
    [
      'no date format',
      /dateFormats = .*/.exec(PROFILE_TOML)?.[0] as string,
      'dateFormats = []',
      'dateFormats',
    ],
    ['an unknown date format', '"YYYYMMDD"', '"DD.MM.YYYY"', 'dateFormats'],
    ['an unknown field', 'note = "ignored"', 'note = "colour"', 'columns.note'],
    ['two columns for one field', 'note = "ignored"', 'note = "kind"', 'kind'],
    ['no column for a field that has no default', 'kind = "kind"', 'kind = "ignored"', 'kind'],
    ['neither a column nor a default', 'basis = "basis"', 'basis = "ignored"', 'basis'],
    [
      'a column and a default',
      '[codes.idType]',
      '[defaults]\nstatus = "open"\n[codes.idType]',
      'defaults.status',
    ],
    [
      'a default that is not allowed',
      '[codes.idType]',
      '[defaults]\nkind = "law"\n[codes.idType]',
      'defaults',
    ],
    ['a code that means nothing', 'law = "judicial-dispute"', 'law = "lawsuit"', 'codes.kind.law'],
    [
      'codes without a column',
      '[codes.idType]',
      '[codes.visibility]\nyes = "public"\n[codes.idType]',
      'visibility',
    ],
    ['a column of codes without codes', 'new = "new"\nold = "existing"', '', 'codes.cohort'],
    ['an unknown unit', 'unit = "yuan"', 'unit = "jiao"', 'amount.unit'],
    [
      'a decimal point between thousands',
      'thousandsSeparator = ","',
      'thousandsSeparator = "."',
      'thousands',
    ],
    ['rules for amounts without a column', 'amount = "amount"', 'amount = "ignored"', 'amount'],
  ])('refuses %s', (_, from, to, named) => {
    expect(PROFILE_TOML).toContain(from)
    const error = expectCode('ERR_IMPORT_PROFILE', () => parseProfile('ours', PROFILE_TOML.replace(from, to)))
    expect(error.message).toContain('profile ours')
    expect(error.message).toContain(named)
  })

  it('refuses a column of amounts without rules for them', () => {
    const toml = PROFILE_TOML.slice(0, PROFILE_TOML.indexOf('[amount]'))
    expectCode('ERR_IMPORT_PROFILE', () => parseProfile('ours', toml))
  })
})
