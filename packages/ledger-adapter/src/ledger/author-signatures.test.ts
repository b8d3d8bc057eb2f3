import { inlinePool } from '@mixun/core/compute'
import { intl, sm } from '@mixun/core/suite'
import { expect, test } from 'vitest'
import { TestConsortium } from '../testing/test-consortium.ts'
import { authorSignatureTasks, checkAuthors } from './author-signatures.ts'
import { entryCodec } from './ledger-entry.ts'

test.each([intl, sm])(
  'the pool names the key of each author whose signature holds, suite $id',
  async suite => {
    const consortium = new TestConsortium(['jia'], 'authors', suite)
    const pool = inlinePool({ modules: [authorSignatureTasks] })
    const entries = Array.from({ length: 35 }, () =>
      consortium.sign('jia', 'consent', consortium.consent('jia')),
    )
    const forged = consortium.sign('jia', 'consent', consortium.consent('jia'))
    forged.createdAt += 1
    const stranger = { ...consortium.sign('jia', 'consent', consortium.consent('jia')), author: 'yi' }
    const key = consortium.identity('jia').signingKey.publicKey
    const keyOf = (author: string) => (author === 'jia' ? key : undefined)
    const given = [...entries, forged, stranger]
    const checked = await checkAuthors(pool, consortium.anchor, keyOf, given)
    expect(checked.map(({ verifiedKey }) => verifiedKey)).toEqual([...entries.map(() => key), null, null])
    expect(checked.map(({ bytes }) => bytes)).toEqual(given.map(entry => entryCodec.encode(entry)))
  },
)

test('works on copies: what the caller does with its entry meanwhile changes nothing', async () => {
  const consortium = new TestConsortium(['jia'], 'authors', intl)
  const pool = inlinePool({ modules: [authorSignatureTasks] })
  const key = consortium.identity('jia').signingKey.publicKey
  const entry = consortium.sign('jia', 'consent', consortium.consent('jia'))
  const bytes = entryCodec.encode(entry)
  const checking = checkAuthors(pool, consortium.anchor, () => key, [entry])
  for (const field of [entry.id, entry.payload, entry.signature]) field.fill(0)
  const [checked] = await checking
  expect(checked?.verifiedKey).toEqual(key)
  expect(checked && entryCodec.encode(checked.entry)).toEqual(bytes)
})
