import { utf8 } from '@mixun/core/bytes'
import { mixunError } from '@mixun/core/errors'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import type { TableCommitment } from '@mixun/ot/sealed-table'
import { expect, it } from 'vitest'
import type { PartyReply } from './ask.ts'
import { readRecords, readReply } from './read-reply.ts'

const table = { provider: 'yi', class: 'B' }

it('rows that open and hold no records are as bad as rows that do not open: ERR_VERIFY_OPEN', () => {
  for (const payload of [utf8('no record'), Uint8Array.of(1, 0, 1, 1), Uint8Array.of(1, 0, 1, 0)]) {
    expectCode('ERR_VERIFY_OPEN', () => readRecords(table, [payload]))
  }
  expect(readRecords(table, [])).toEqual([])
})

it('erases the output, also when there is no table to open with it', async () => {
  const output = new Uint8Array(64).fill(7)
  const reply = { commitment: table as TableCommitment, output, result: {} } as PartyReply
  const withheld = Promise.resolve(mixunError('ERR_TABLE_WITHHELD', 'no table'))
  const read = await readReply(intl, reply, withheld)
  expect(read).toEqual({ missing: { party: 'yi', class: 'B', code: 'ERR_TABLE_WITHHELD' } })
  expect(output).toEqual(new Uint8Array(64))
})
