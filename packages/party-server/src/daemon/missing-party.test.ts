import { readFileSync, writeFileSync } from 'node:fs'
import type { Listener } from '@mixun/core/channel'
import { join } from 'node:path'
import { expectCodeAsync } from '@mixun/core/testing'
import type { Mixun } from '@mixun/sdk'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { consentOf } from '../testing/clients.ts'
import { damaged } from '../testing/damage.ts'
import { serveOtherKey, serveSilence } from '../testing/impostor.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'

const clear = investor(0)
const atYi = investor(1)

/** How long bing waits for a party in the tests of silence; real answers of this process take a tenth of it. */
const PATIENCE_MS = 3_000

let consortium: TestConsortium
let jia: TestParty
let yi: TestParty
let impostor: Listener | null = null

/** Puts something else in the place of yi's daemon. */
async function replaceYi<T extends Listener>(serve: (party: TestParty) => Promise<T>): Promise<T> {
  await yi.stop()
  const server = await serve(yi)
  impostor = server
  return server
}

async function ask(mixun: Mixun, requestId: string, subject = clear) {
  const consent = await consentOf(mixun, subject)
  return mixun.checkDefaults(subject, { consent, requestId })
}

const missingYi = (code: string) => [
  { party: 'yi', class: 'B', code },
  { party: 'yi', class: 'C', code },
]

describe.each(SUITES_OF_RUN)('in suite %s', suiteId => {
  beforeAll(async () => {
    consortium = await TestConsortium.found({
      suite: suiteId,
      firms: { jia: null, yi: [{ subject: atYi, kind: 'contract-due-not-repaid' }], bing: [] },
      association: [{ subject: investor(3), kind: 'administrative-penalty' }],
    })
    jia = consortium.firm('jia')
    yi = consortium.firm('yi')
  })

  afterEach(async () => {
    await impostor?.close(0)
    impostor = null
    await yi.stop()
    await yi.start()
    consortium.firm('bing').setLimit('answerTimeoutMs', 60_000)
  })

  afterAll(() => consortium[Symbol.asyncDispose]())

  it('a stopped party is missing, and nobody is clear without it', async () => {
    await yi.stop()
    await using mixun = await jia.client()
    const before = await mixun.points()
    const answer = await ask(mixun, 'stopped')
    expect(answer.verdict).toBe('incomplete')
    expect(answer.missing).toEqual(missingYi('ERR_CHANNEL_CLOSED'))
    expect(answer.evidence.parties.map(party => party.party)).toEqual(['bing', 'bing', 'xiehui'])
    // Silence pays nothing back, so that nobody gains by it.
    expect(await mixun.points()).toMatchObject({ reserved: 0, spent: before.spent + 5 })
    await yi.start()
    expect(await ask(mixun, 'back again', atYi)).toMatchObject({ verdict: 'found', missing: [] })
  })

  it('a party that takes the connection and stays silent is missing: ERR_CHANNEL_TIMEOUT', async () => {
    const bing = consortium.firm('bing') // holds no table of yi, so that it downloads and asks
    bing.setLimit('answerTimeoutMs', PATIENCE_MS)
    const silence = await replaceYi(serveSilence)
    await using mixun = await bing.client()
    const consent = await consentOf(mixun, clear)
    const answer = await mixun.checkDefaults(clear, { consent, requestId: 'silent', classes: ['B', 'C'] })
    expect(answer).toMatchObject({ verdict: 'incomplete', missing: missingYi('ERR_CHANNEL_TIMEOUT') })
    // Neither evaluation nor download is left open: it would keep this process alive.
    await vi.waitFor(() => expect(silence.openStreams).toBe(0), { timeout: 20_000 })
  })

  it('a caller can abort while a party is silent, and ask again under the same request id', async () => {
    const silence = await replaceYi(serveSilence)
    await using mixun = await jia.client()
    const consent = await consentOf(mixun, atYi)
    const controller = new AbortController()
    const size = consortium.ledgerSize
    const { signal } = controller
    const asking = expectCodeAsync(
      'ERR_CHANNEL_ABORTED',
      mixun.checkDefaults(atYi, { consent, requestId: 'aborted', signal }),
    )
    await vi.waitUntil(() => consortium.ledgerSize > size, { timeout: 30_000 })
    await vi.waitUntil(() => silence.openStreams > 0, { timeout: 30_000 })
    controller.abort()
    await asking
    await expectCodeAsync(
      'ERR_CHANNEL_TIMEOUT',
      mixun.checkDefaults(atYi, { consent, requestId: 'late', signal: AbortSignal.timeout(500) }),
    )
    expect((await mixun.points()).reserved).toBe(0) // both intents have their outcome
    await impostor?.close(0)
    await yi.start()
    const answer = await mixun.checkDefaults(atYi, { consent, requestId: 'aborted' })
    expect(answer.verdict).toBe('found')
  })

  it('closing the client ends an inquiry that waits for a silent party', async () => {
    await replaceYi(serveSilence)
    const mixun = await jia.client()
    const consent = await consentOf(mixun, clear)
    const size = consortium.ledgerSize
    const asking = mixun.checkDefaults(clear, { consent, requestId: 'closed' }).catch(error => error)
    await vi.waitUntil(() => consortium.ledgerSize > size, { timeout: 30_000 })
    await mixun.close()
    expect(await asking).toBeInstanceOf(Error)
  })

  it('an evaluation by another key than the committed one is ERR_VERIFY_DLEQ, and its party missing', async () => {
    await replaceYi(serveOtherKey)
    await using mixun = await jia.client()
    const answer = await ask(mixun, 'other key', atYi)
    expect(answer).toMatchObject({
      verdict: 'incomplete',
      missing: missingYi('ERR_VERIFY_DLEQ'),
      records: [],
    })
  })

  it('a provider whose key file was exchanged refuses, signed, says no more, and is not paid for', async () => {
    const files = ['oprf/B-1.key', 'oprf/C-1.key'].map(name => join(yi.home.paths.keys, name)) as [
      string,
      string,
    ]
    const keys = files.map(file => readFileSync(file))
    writeFileSync(files[0], keys[1] as Buffer)
    await yi.stop()
    await yi.start()
    await using mixun = await jia.client()
    const before = await mixun.points()
    const answer = await ask(mixun, 'exchanged key')
    const { available, spent } = await mixun.points()
    expect([before.available - available, spent - before.spent]).toEqual([4, 4])
    expect(answer.missing).toEqual([{ party: 'yi', class: 'B', code: 'ERR_INTERNAL' }])
    writeFileSync(files[0], keys[0] as Buffer)
    const refusals = yi.partyLog().filter(entry => entry.event === 'refused')
    expect(refusals.at(-1)).toMatchObject({ class: 'B', code: 'ERR_KEY_FILE' })
  })

  it('a table or list that is not under the root on the ledger is ERR_VERIFY_ROOT, and its party missing', async () => {
    const { association } = consortium
    const table = yi.home.paths.table('yi', 'B', 1)
    const list = association.home.paths.list('xiehui', 1)
    await using mixun = await consortium.firm('bing').client() // holds neither
    const intact = [readFileSync(table), readFileSync(list)] as const
    for (const [i, file] of [table, list].entries()) {
      writeFileSync(file, damaged(intact[i] as Buffer))
    }
    const answer = await ask(mixun, 'other table', atYi)
    writeFileSync(table, intact[0])
    writeFileSync(list, intact[1])
    expect(answer).toMatchObject({
      verdict: 'incomplete',
      records: [],
      missing: [
        { party: 'yi', class: 'B', code: 'ERR_VERIFY_ROOT' },
        { party: 'xiehui', class: 'A', code: 'ERR_VERIFY_ROOT' },
      ],
    })
    expect(await ask(mixun, 'right table', atYi)).toMatchObject({ verdict: 'found', missing: [] })
  })

  it('without the association nothing is asked, and nothing is lost', async () => {
    await using mixun = await jia.client()
    const consent = await consentOf(mixun, atYi)
    await consortium.association.stop()
    const before = yi.partyLog().length
    const ask = () => mixun.checkDefaults(atYi, { consent, requestId: 'no association' })
    const unreachable = await ask().catch(error => error)
    // An inner channel that was open says how it ended.
    const lost = expect.stringMatching(/^ERR_CHANNEL_(CLOSED|TRUNCATED)$/)
    expect(unreachable).toMatchObject({ code: lost, retryable: true })
    await expect(consentOf(mixun, atYi)).rejects.toMatchObject({ code: lost, retryable: true })
    await expectCodeAsync('ERR_CHANNEL_CLOSED', jia.client())
    expect(yi.partyLog()).toHaveLength(before)
    await consortium.association.start()
    expect((await ask()).verdict).toBe('found')
  })
})
