import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toHex } from '@mixun/core/bytes'
import { type ErrorDetails } from '@mixun/core/errors'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { signCheckpoint } from '../checkpoint/checkpoint.ts'
import { verifyFork } from '../checkpoint/fork.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { SqliteLedger } from '../sqlite/sqlite-ledger.ts'
import { openTestLedger, openTestMirror } from '../testing/open-ledgers.ts'
import { TEST_ORIGIN, TestConsortium } from '../testing/test-consortium.ts'
import type { LedgerMirror } from './ledger-mirror.ts'

const folder = mkdtempSync(join(tmpdir(), 'mixun-gossip-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.each([intl, sm])('gossip in suite $id', suite => {
  let consortium: TestConsortium
  /** One association, two histories: what it shows to jia, and what it shows to yi. */
  let ledger: SqliteLedger
  let other: SqliteLedger
  let mirror: LedgerMirror

  const append = (to: SqliteLedger, count: number) => to.appendMany(consortium.anyEntries(count))
  const note = async (of: SqliteLedger) => (await of.checkpoint()).text
  const expectProven = (details: ErrorDetails) => verifyFork(consortium.verifierKey, details)

  beforeEach(async () => {
    consortium = new TestConsortium(undefined, undefined, suite)
    const opening = consortium.opening()
    ;[ledger, other] = [openTestLedger(consortium), openTestLedger(consortium)]
    for (const each of [ledger, other]) await each.appendMany(opening)
    mirror = openTestMirror(consortium, 'jia')
    await mirror.sync(ledger)
  })
  afterEach(async () => {
    mirror.close()
    await ledger.close()
    await other.close()
  })

  test('of the same tree passes, smaller, equal or larger', async () => {
    const early = await note(ledger)
    await append(ledger, 3)
    const late = await note(ledger)
    mirror.gossip(early)
    mirror.gossip(late)
    await mirror.sync(ledger)
    for (const each of [early, late]) mirror.gossip(each)
    expect(mirror.size).toBe(ledger.size)
  })

  test.each([1, 3, 5])('of another history with %i entries more is a fork, with a proof', async count => {
    await append(ledger, 3)
    await append(other, count)
    await mirror.sync(ledger)
    const foreign = await note(other)
    // A larger one is held until the mirror has got there.
    const found =
      count <= 3
        ? expectCode('ERR_LEDGER_FORK', () => mirror.gossip(foreign))
        : await (async () => {
            mirror.gossip(foreign)
            await append(ledger, 4)
            return expectCodeAsync('ERR_LEDGER_FORK', mirror.sync(ledger))
          })()
    expect(found.details).toMatchObject({ reason: 'inconsistent', secondCheckpoint: foreign })
    expectProven(found.details)
  })

  test('of a larger tree that the ledger never leads to is a rollback', async () => {
    await append(other, 2)
    mirror.gossip(await note(other))
    const error = await expectCodeAsync('ERR_LEDGER_FORK', mirror.sync(ledger))
    expect(error.details).toMatchObject({ reason: 'rollback', firstCheckpoint: await note(other) })
  })

  test('of two larger trees of one size is a fork before the mirror got there', async () => {
    const lies = [1, 2].map(() => {
      const lie = { origin: TEST_ORIGIN, size: 100, root: consortium.bytes(32) }
      return signCheckpoint(consortium.association, lie).text
    })
    mirror.gossip(lies[0] as string)
    const error = expectCode('ERR_LEDGER_FORK', () => mirror.gossip(lies[1] as string))
    expectProven(error.details)
  })

  test('that is ahead is remembered by the next process', async () => {
    const file = join(folder, `${suite.id}.db`)
    const reopen = () => openTestMirror(consortium, 'jia', { file })
    await append(ledger, 1)
    await append(other, 3)
    const [first, foreign] = [reopen(), await note(other)]
    await first.sync(ledger)
    first.gossip(foreign)
    first.verify()
    first.close()
    const second = reopen()
    // The ledger has not got there yet.
    const rollback = await expectCodeAsync('ERR_LEDGER_FORK', second.sync(ledger))
    expect(rollback.details).toMatchObject({ reason: 'rollback', firstCheckpoint: foreign })
    second.close()
    await append(ledger, 4)
    const third = reopen()
    const { details } = await expectCodeAsync('ERR_LEDGER_FORK', third.sync(ledger))
    expect(details).toMatchObject({ reason: 'inconsistent', secondCheckpoint: foreign })
    expectProven(details)
    third.verify()
    third.close()
  })

  test('that the tree has got to is forgotten', async () => {
    await append(ledger, 3)
    mirror.gossip(await note(ledger))
    await mirror.sync(ledger)
    await append(ledger, 1)
    mirror.gossip(await note(ledger))
    await mirror.sync(ledger)
    mirror.verify()
    expect(mirror.size).toBe(ledger.size)
  })

  test('that the sequencer did not sign, or of another origin, accuses nobody', async () => {
    const lie = (origin: string, signer: string) =>
      signCheckpoint(consortium.identity(signer), { origin, size: 2, root: consortium.bytes(32) }).text
    expectCode('ERR_LEDGER_CHECKPOINT', () => mirror.gossip(lie(TEST_ORIGIN, 'yi')))
    expectCode('ERR_LEDGER_CHECKPOINT', () => mirror.gossip(lie('ledger.example/other', 'xiehui')))
    expectCode('ERR_LEDGER_CHECKPOINT', () => mirror.gossip('nothing'))
    await mirror.sync(ledger)
  })

  test('evidence that proves nothing is not taken for a proof', async () => {
    await append(ledger, 3)
    await append(other, 2)
    await mirror.sync(ledger)
    const foreign = await note(other)
    const { details } = expectCode('ERR_LEDGER_FORK', () => mirror.gossip(foreign))
    const honest = await note(ledger)
    const equal = { ...details, firstCheckpoint: honest, secondCheckpoint: honest }
    expectCode('ERR_VERIFY_ROOT', () => verifyFork(consortium.verifierKey, equal))
    expectCode('ERR_VERIFY_ROOT', () => verifyFork(consortium.verifierKey, { ...details, proof: '' }))
    const root = '00'.repeat(32)
    expectCode('ERR_VERIFY_ROOT', () => verifyFork(consortium.verifierKey, { ...details, rootThere: root }))
    const early = await ledger.checkpoint()
    await append(ledger, 2)
    const late = await ledger.checkpoint()
    const proof = (await ledger.proveConsistency(early.size, late.size)).map(toHex).join(' ')
    const continued = { firstCheckpoint: early.text, secondCheckpoint: late.text, proof }
    expectCode('ERR_VERIFY_ROOT', () =>
      verifyFork(consortium.verifierKey, { ...continued, rootThere: toHex(early.root) }),
    )
    const stranger = { ...consortium.verifierKey, publicKey: consortium.identity('yi').signingKey.publicKey }
    expectCode('ERR_LEDGER_CHECKPOINT', () => verifyFork(stranger, details))
  })

  test('the association finds that it signed two histories', async () => {
    await append(ledger, 3)
    await append(other, 2)
    ledger.gossip(await note(ledger))
    const foreign = await note(other)
    expectProven(expectCode('ERR_LEDGER_FORK', () => ledger.gossip(foreign)).details)
  })

  test('a head that the ledger cannot connect to what was verified is a fork', async () => {
    await append(other, 2)
    const lying: Pick<Ledger, 'checkpoint' | 'entries' | 'proveConsistency'> = other
    await append(ledger, 1)
    await mirror.sync(ledger)
    await expectCodeAsync('ERR_LEDGER_FORK', mirror.sync(lying as Ledger))
  })
})
