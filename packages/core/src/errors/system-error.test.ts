import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { MixunError, stableError } from './index.ts'

const withCode = (code: string) => Object.assign(new Error('write'), { code })

it('gives a full disk the code ERR_DISK_FULL, whoever found it', () => {
  using database = new DatabaseSync(':memory:')
  database.exec('PRAGMA max_page_count = 2; CREATE TABLE t (bytes BLOB)')
  const insert = () => database.prepare('INSERT INTO t VALUES (zeroblob(100000))').run()
  let full: unknown
  try {
    insert()
  } catch (error) {
    full = error
  }
  for (const cause of [full, withCode('ENOSPC'), withCode('EDQUOT')]) {
    expect(stableError(cause)).toMatchObject({ code: 'ERR_DISK_FULL', retryable: true, cause })
  }
})

it('leaves every other error as it is', () => {
  const own = new MixunError('ERR_INTERNAL', 'inner')
  for (const error of [own, withCode('EACCES'), new Error('other'), 'text', undefined]) {
    expect(stableError(error)).toBe(error)
  }
})
