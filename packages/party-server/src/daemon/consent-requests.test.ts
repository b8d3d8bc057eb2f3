import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, utf8 } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { expectCodeAsync } from '@mixun/core/testing'
import type { ConsentTerms } from '@mixun/sdk'
import { Consortium } from '@mixun/sdk/consortium'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { MAKER } from '../testing/records.ts'
import { runProcess } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

let consortium: TestConsortium
beforeAll(async () => {
  consortium = await TestConsortium.found({ firms: { jia: null } })
})
afterAll(() => consortium[Symbol.asyncDispose]())
afterEach(() => vi.restoreAllMocks())

const subject = investor(1)
const terms = (requestId: string): ConsentTerms => ({
  classes: ['B', 'C'],
  purpose: 'credit-granting',
  document: utf8('signed'),
  requestId,
})

async function register(
  requestId: string,
  changes: Partial<ConsentTerms> = {},
  of = subject,
): Promise<string> {
  await using client = await consortium.firm('jia').client()
  return await client.consents.register(of, { ...terms(requestId), ...changes })
}

it('a consent is registered once under its request id, whatever the order of its classes', async () => {
  const id = await register('once')
  const size = consortium.ledgerSize
  expect(await register('once', { classes: ['C', 'B', 'C'] })).toBe(id)
  expect(consortium.ledgerSize).toBe(size)
  expect(await register('another')).not.toBe(id)
  // It is apart from inquiries: their journal knows nothing of it.
  await using client = await consortium.firm('jia').client()
  expect(client.subjectReport(subject).inquiries).toEqual([])
})

it('with another subject or other terms the request id is refused: ERR_REQUEST_ID_REUSED', async () => {
  await register('terms')
  const changes: Partial<ConsentTerms>[] = [
    { classes: ['B'] },
    { purpose: 'post-loan-monitoring' as ConsentTerms['purpose'] },
    { document: utf8('signed later') },
    { validDays: 31 },
    { maxUses: 2 },
  ]
  for (const change of changes) await expectCodeAsync('ERR_REQUEST_ID_REUSED', register('terms', change))
  await expectCodeAsync('ERR_REQUEST_ID_REUSED', register('terms', {}, investor(2)))
  await expectCodeAsync('ERR_INPUT_RANGE', register(`of ${subject.reveal()}`))
  await expectCodeAsync('ERR_INPUT_RANGE', register(''))
})

it('what was cut off before, or after, it was on record goes on', async () => {
  const size = consortium.ledgerSize
  await using client = await consortium.firm('jia').client()
  await consortium.association.stop()
  await expect(client.consents.register(subject, terms('cut off'))).rejects.toThrow(MixunError)
  await consortium.association.start()
  const id = await register('cut off')
  expect(consortium.ledgerSize).toBe(size + 1)
  // The entry came in, and nobody here has seen it yet.
  vi.spyOn(Consortium.prototype, 'sync').mockResolvedValue()
  expect(await client.consents.register(subject, terms('cut off'))).toBe(id)
  expect(consortium.ledgerSize).toBe(size + 1)
})

it('one that ended before it was on record is not recorded any more: ERR_CONSENT_EXPIRED', async () => {
  const short = { validDays: 1 / 86_400_000 }
  await consortium.association.stop()
  vi.spyOn(Consortium.prototype, 'sync').mockResolvedValue()
  await expect(register('short', short)).rejects.toThrow(MixunError)
  vi.restoreAllMocks()
  await consortium.association.start()
  await expectCodeAsync('ERR_CONSENT_EXPIRED', register('short', short))
})

it('two processes, and two calls in one, register it once', async () => {
  const document = join(consortium.root, 'signed.pdf')
  writeFileSync(document, 'signed')
  const { root } = consortium.firm('jia')
  const about = [
    '--purpose',
    'credit-granting',
    '--document',
    document,
    '--operator',
    MAKER,
    '--classes',
    'B,C',
  ]
  const args = ['consent', ...about, '--request-id', 'together', '--home', root, '--json']
  const size = consortium.ledgerSize
  const runs = await Promise.all([1, 2].map(() => runProcess(args, { input: subject.reveal() })))
  await using client = await consortium.firm('jia').client()
  const calls = await Promise.all([1, 2].map(() => client.consents.register(subject, terms('together'))))
  const ids = new Set([...runs.map(({ stdout }) => JSON.parse(stdout).consent as string), ...calls])
  expect(ids.size).toBe(1)
  expect(consortium.ledgerSize).toBe(size + 1)
  const ledger = openAssociationLedger(consortium.association.home)
  expect(ledger.registry.consent(fromHex([...ids][0] as string))?.index).toBe(size)
  await ledger.close()
})
