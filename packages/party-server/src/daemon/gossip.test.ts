import { readdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '@mixun/core/random'
import { expectCodeAsync } from '@mixun/core/testing'
import { signCheckpoint, verifyFork } from '@mixun/ledger-adapter/checkpoint'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { call, refusalOf } from '../testing/call.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'

const SYNC = { protocol: 'table-sync', parameters: 'tablesync_chunk262144' }

let consortium: TestConsortium
beforeAll(async () => {
  consortium = await TestConsortium.found({ firms: { jia: null, yi: [], bing: [] } })
})
afterAll(() => consortium[Symbol.asyncDispose]())

/** A checkpoint of another history, signed by the association all the same. */
function otherHistory(size: number): string {
  const { identity } = consortium.association.home
  const { origin } = consortium.association.home.anchor()
  return signCheckpoint(identity, { origin, size, root: systemRandom.bytes(32) }).text
}

const codeFor = async (to: TestParty, checkpoint: string) =>
  refusalOf(await call({ from: consortium.firm('jia'), to, ...SYNC, checkpoint }))

function evidenceOf({ home }: TestParty): string[] {
  const folder = join(home.root, 'findings')
  return readdirSync(folder)
    .filter(name => name.startsWith('fork-'))
    .map(name => join(folder, name))
}

/** Reads a file of evidence as a stranger would; throws unless it proves the fork. */
function provenCode(file: string | undefined): string {
  const { home } = consortium.association
  const { suite, signingKey } = home.identity
  const log = { name: home.anchor().origin, suite, publicKey: signingKey.publicKey }
  const { code, ...details } = JSON.parse(readFileSync(String(file), 'utf8'))
  verifyFork(log, details)
  return code
}

it('two signed histories that meet at a firm stop it, with evidence in its home that anyone can verify', async () => {
  const yi = consortium.firm('yi')
  expect(await codeFor(yi, otherHistory(2))).toBe('ERR_LEDGER_FORK')
  const [file, ...more] = evidenceOf(yi)
  expect(more).toEqual([])
  expect(provenCode(file)).toBe('ERR_LEDGER_FORK')
  // Also for who shows nothing wrong, and after a restart, until a person has moved the evidence away.
  expect(await refusalOf(await call({ from: consortium.firm('jia'), to: yi, ...SYNC }))).toBe(
    'ERR_LEDGER_FORK',
  )
  await yi.stop()
  await expectCodeAsync('ERR_LEDGER_FORK', yi.start())
  await expectCodeAsync('ERR_LEDGER_FORK', yi.client())
  renameSync(file as string, join(consortium.root, 'evidence.json'))
  await yi.start()
  expect(await refusalOf(await call({ from: consortium.firm('jia'), to: yi, ...SYNC }))).toBe(
    'ERR_TABLE_UNAVAILABLE',
  )
})

it('and at the association, which finds that its key signed both', async () => {
  const { association } = consortium
  expect(await codeFor(association, otherHistory(3))).toBe('ERR_LEDGER_FORK')
  const [file] = evidenceOf(association)
  expect(provenCode(file)).toBe('ERR_LEDGER_FORK')
})

it('a checkpoint of nobody accuses nobody: ERR_LEDGER_CHECKPOINT', async () => {
  const bing = consortium.firm('bing')
  const forged = otherHistory(2).replace(/\n2\n/, '\n3\n')
  expect(await codeFor(bing, forged)).toBe('ERR_LEDGER_CHECKPOINT')
  expect(evidenceOf(bing)).toEqual([])
})
