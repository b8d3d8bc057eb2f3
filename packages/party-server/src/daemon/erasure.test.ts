import { Subject } from '@mixun/core/domain'
import type * as KeywordOt from '@mixun/ot/keyword-ot'
import type { Mixun } from '@mixun/sdk'
import { Consortium } from '@mixun/sdk/consortium'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { consentOf } from '../testing/clients.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

/** What the evaluations gave, and what they were asked with. */
const seen = vi.hoisted(() => ({ secrets: [] as Uint8Array[] }))
vi.mock('@mixun/ot/keyword-ot', async original => {
  const actual = await original<typeof KeywordOt>()
  const runKeywordOtClient: typeof actual.runKeywordOtClient = async (session, options) => {
    const result = await actual.runKeywordOtClient(session, options)
    seen.secrets.push(result.output, options.input, options.blind)
    return result
  }
  return { ...actual, runKeywordOtClient }
})

let consortium: TestConsortium
let mixun: Mixun
beforeAll(async () => {
  const kind = 'contract-due-not-repaid'
  consortium = await TestConsortium.found({
    firms: { jia: null, yi: [{ subject: investor(1), kind }], bing: [] },
  })
  mixun = await consortium.firm('jia').client()
})
afterAll(async () => {
  await mixun.close()
  await consortium[Symbol.asyncDispose]()
})
afterEach(() => {
  vi.restoreAllMocks()
  seen.secrets.length = 0
})

const isErased = (bytes: Uint8Array) => bytes.length > 0 && bytes.every(byte => byte === 0)

async function check(requestId: string) {
  const subject = investor(1)
  const consent = await consentOf(mixun, subject)
  const encode = vi.spyOn(Subject.prototype, 'encode')
  const find = vi.spyOn(mixun.consents, 'find')
  const ended = await mixun.checkDefaults(subject, { consent, requestId }).catch(error => error as Error)
  const encodings = encode.mock.results.map(({ value }) => value as Uint8Array)
  const consents = find.mock.results.flatMap(({ value }) => {
    const { opening, documentSalt } = value.reveal()
    return [opening, documentSalt] as Uint8Array[]
  })
  return { ended, secrets: [...encodings, ...consents, ...seen.secrets] }
}

it('an inquiry erases the subject, the opening of its consent, its blind and every output when it ends', async () => {
  const { ended, secrets } = await check('answered')
  expect(ended).toMatchObject({ verdict: 'found' })
  // Of two providers and two classes: output, subject, blind.
  expect(seen.secrets).toHaveLength(12)
  expect(secrets.length).toBeGreaterThan(14)
  expect(secrets.filter(each => !isErased(each))).toEqual([])
})

it('and when it fails before a row is opened', async () => {
  const append = Consortium.prototype.appendEntry
  let entries = 0
  vi.spyOn(Consortium.prototype, 'appendEntry').mockImplementation(function (this: Consortium, entry) {
    // Consent and intent get through, the outcome does not.
    return ++entries <= 2 ? append.call(this, entry) : Promise.reject(new Error('the disk is gone'))
  })
  const { ended, secrets } = await check('failed')
  expect(ended).toMatchObject({ message: 'the disk is gone' })
  expect(seen.secrets).toHaveLength(12)
  expect(secrets.filter(each => !isErased(each))).toEqual([])
})
