import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { Consortium } from '@mixun/sdk/consortium'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { recover } from '../cli/verbs/recover.ts'
import { consentOf } from '../testing/clients.ts'
import { runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'

const WAIT = { timeout: 30_000, interval: 100 }

let consortium: TestConsortium
beforeAll(async () => {
  consortium = await TestConsortium.found({ firms: { jia: null, yi: [], bing: [] } })
})
afterAll(() => consortium[Symbol.asyncDispose]())

/** Puts a copy of the ledger back that is three entries old, as after a disk failure; the daemon is stopped. */
async function restoreOld(): Promise<number> {
  const { association } = consortium
  const { ledger } = association.home.paths
  await association.stop()
  copyFileSync(ledger, `${ledger}.backup`)
  await association.start()
  const mixun = await consortium.firm('jia').client()
  for (let i = 0; i < 3; i++) await consentOf(mixun, investor(i))
  const size = consortium.ledgerSize
  await mixun.close()
  // The daemons of yi and bing mirror every second.
  await vi.waitFor(() => {
    const mirror = Consortium.open(consortium.firm('yi').home)
    const mirrored = mirror.mirror.size
    void mirror.close()
    expect(mirrored).toBe(size)
  }, WAIT)
  await association.stop()
  for (const end of ['', '-wal', '-shm']) if (existsSync(ledger + end)) rmSync(ledger + end)
  copyFileSync(`${ledger}.backup`, ledger)
  expect(consortium.ledgerSize).toBe(size - 3)
  return size
}

it('mixun recover fetches what a restored backup lacks from the members, and says what it did', async () => {
  const size = await restoreOld()
  const { exitCode, stdout } = await runVerb(recover, ['--home', consortium.association.root, '--json'])
  expect(exitCode).toBe(0)
  const asked = expect.arrayContaining([
    { party: 'yi', code: null },
    { party: 'bing', code: null },
    { party: 'jia', code: expect.stringMatching(/^ERR_CHANNEL_/) }, // serves nothing
  ])
  expect(JSON.parse(stdout)).toEqual({ entries: 3, size, isBehind: false, asked })
  await consortium.association.start()
})

it('a daemon that starts on a restored backup recovers by itself, and members go on', async () => {
  const size = await restoreOld()
  await consortium.association.start()
  await vi.waitFor(() => expect(consortium.ledgerSize).toBe(size), WAIT)
  const mixun = await consortium.firm('jia').client()
  await consentOf(mixun, investor(4))
  await mixun.close()
  expect(consortium.ledgerSize).toBe(size + 1)
})
