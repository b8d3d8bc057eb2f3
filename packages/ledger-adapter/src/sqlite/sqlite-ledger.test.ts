import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ComputePool, inlinePool } from '@mixun/core/compute'
import type { MixunError } from '@mixun/core/errors'
import { describe, expect, test } from 'vitest'
import { authorSignatureTasks } from '../ledger/author-signatures.ts'
import type { SignedEntry } from '../ledger/entry.ts'
import { describeLedger } from '../testing/ledger-compliance.ts'
import { openTestLedger } from '../testing/open-ledgers.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { SqliteLedger } from './sqlite-ledger.ts'

const driver = (compute: ComputePool | null) => async (consortium: TestConsortium) => {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-ledger-'))
  const file = join(folder, 'ledger.sqlite')
  const ledger = openTestLedger(consortium, { file, ...(compute && { compute }) })
  return {
    as: () => ledger,
    close: async () => {
      await ledger.close()
      rmSync(folder, { recursive: true })
    },
  }
}

describeLedger('SqliteLedger', driver(null))
describeLedger('SqliteLedger with a pool', driver(inlinePool({ modules: [authorSignatureTasks] })))

describe('the authors of many entries', () => {
  /** Its threads say what they like. */
  const says = (verdict: number): ComputePool => {
    const run: ComputePool['run'] = async (_module, _name, input) => {
      asked.push(input.length)
      return new Uint8Array(64).fill(verdict)
    }
    return { concurrency: 1, run, close: async () => {}, [Symbol.asyncDispose]: async () => {} }
  }
  const asked: number[] = []
  const pool = inlinePool({ modules: [authorSignatureTasks] })

  async function settled(
    compute: ComputePool,
    forge: (entries: SignedEntry[], from: TestConsortium) => void,
  ) {
    const consortium = new TestConsortium()
    await using made = await opened(consortium, compute)
    await made.ledger.appendMany(consortium.opening())
    const entries = Array.from({ length: 40 }, () =>
      consortium.sign('jia', 'member-address', { partyId: 'jia', address: 'jia.example:7441' }),
    )
    forge(entries, consortium)
    return (await made.ledger.appendMany(entries)).map(result =>
      result.status === 'fulfilled' ? 'fulfilled' : (result.reason as MixunError).code,
    )
  }

  async function opened(consortium: TestConsortium, compute: ComputePool) {
    const made = await driver(compute)(consortium)
    return { ledger: made.as() as SqliteLedger, [Symbol.asyncDispose]: made.close }
  }

  const forgeOne = (entries: SignedEntry[]) => {
    const { signature, ...rest } = entries[33] as SignedEntry
    entries[33] = { ...rest, signature: signature.with(3, (signature[3] as number) ^ 1) }
  }

  test('are verified in the pool: one forged signature is refused, the others stand', async () => {
    const results = await settled(pool, forgeOne)
    expect(results.filter(result => result === 'fulfilled')).toHaveLength(39)
    expect(results[33]).toBe('ERR_VERIFY_SIGNATURE')
  })

  test('are verified there and nowhere else, and again where the pool found nothing', async () => {
    expect(await settled(says(1), forgeOne)).toEqual(Array.from({ length: 40 }, () => 'fulfilled'))
    expect(asked.length).toBeGreaterThan(0)
    expect((await settled(says(0), forgeOne)).filter(result => result !== 'fulfilled')).toEqual([
      'ERR_VERIFY_SIGNATURE',
    ])
  })

  test('are judged by the key that is theirs when their turn comes', async () => {
    const results = await settled(pool, (entries, consortium) => {
      const signingKey = consortium.suite.generateSigningKey(consortium).publicKey
      entries[20] = consortium.sign('xiehui', 'member', consortium.member('jia', { signingKey }))
    })
    expect(results.slice(0, 21).every(result => result === 'fulfilled')).toBe(true)
    expect(new Set(results.slice(21))).toEqual(new Set(['ERR_VERIFY_SIGNATURE']))
  })

  test('do not hold up what has no encoding: it is refused in its turn', async () => {
    const results = await settled(pool, entries => {
      entries[7] = { ...(entries[7] as SignedEntry), author: 'NO PARTY' }
    })
    expect(results.filter(result => result === 'fulfilled')).toHaveLength(39)
    expect(results[7]).toBe('ERR_DECODE_SCHEMA')
  })
})
