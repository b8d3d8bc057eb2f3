import { intl } from '@mixun/core/suite'
import { systemRandom } from '@mixun/core/random'
import { expect, it } from 'vitest'
import { type MadeDefault, storedRecord } from '../testing/records.ts'
import { investor } from '../testing/subjects.ts'
import { bySubject } from './by-subject.ts'

const identity = { partyId: 'jia', suite: intl, signingKey: intl.generateSigningKey(systemRandom) }
const stored = (made: Omit<MadeDefault, 'kind'> & Partial<MadeDefault>, isPublished = true) => ({
  ...storedRecord({ identity }, { kind: 'contract-due-not-repaid', ...made }),
  isPublished,
})

const one = investor(1)
const two = investor(2)

/** Date and status of each record, by subject. */
const summary = (records: Parameters<typeof bySubject>[0]) =>
  Array.from(bySubject(records), ({ subject, records }) => [
    subject.reveal(),
    ...records.map(record => `${record.occurredOn} ${record.status}`),
  ])

it('groups the records of a subject, by date', () => {
  const records = [
    stored({ subject: one, occurredOn: '2025-05-01' }),
    stored({ subject: one, occurredOn: '2024-05-01' }),
    stored({ subject: two }),
  ]
  expect(summary(records)).toEqual([
    [one.reveal(), '2024-05-01 open', '2025-05-01 open'],
    [two.reveal(), '2025-03-14 open'],
  ])
  expect(summary([])).toEqual([])
})

it('counts a record that a later batch reports again once, as it was reported last', () => {
  const records = [stored({ subject: one }), stored({ subject: one, status: 'disputed' })]
  expect(summary(records)).toEqual([[one.reveal(), '2025-03-14 disputed']])
})

it('takes a record away that a later batch withdraws, and its subject with the last one', () => {
  const [first, other] = [stored({ subject: one }), stored({ subject: one, occurredOn: '2025-05-01' })]
  const withdrawn = stored({ subject: one }, false)
  const [its, gone] = [stored({ subject: two }), stored({ subject: two }, false)]
  expect(summary([first, other, withdrawn, its, gone])).toEqual([[one.reveal(), '2025-05-01 open']])
  expect(summary([withdrawn, first, other, gone, its])).toHaveLength(2)
})

it('keeps records apart that differ in date, amount or kind', () => {
  const records = [
    stored({ subject: one }),
    stored({ subject: one, occurredOn: '2025-03-15' }),
    stored({ subject: one, amountFen: 1n }),
    stored({ subject: one, kind: 'judicial-dispute' }),
  ]
  expect([...bySubject(records)][0]?.records).toHaveLength(4)
})
