import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SUITE_IDS, suiteById } from '@mixun/core/suite'
import { toHex } from '@mixun/core/bytes'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import type { TablePayload } from '@mixun/ledger-adapter/ledger'
import { verifyLeafSamples } from '@mixun/sdk/audit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, refusalOf } from '../testing/call.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'
import { rotateKey } from '../ledger/rotate-key.ts'
import { openAssociationLedger } from './ledger.ts'
import { readLeafFinding, sampleLeaves } from './sample-leaves.ts'

let consortium: TestConsortium
let yi: TestParty

describe.each(SUITE_IDS)('in suite %s', suite => {
  beforeAll(async () => {
    const record = { subject: investor(1), kind: 'contract-due-not-repaid' } as const
    consortium = await TestConsortium.found({ suite, firms: { jia: null, yi: [record] } })
    yi = consortium.firm('yi')
  })
  afterAll(() => consortium[Symbol.asyncDispose]())

  const sample = (className: 'B' | 'C', epoch: number) =>
    sampleLeaves(consortium.association.home, { provider: 'yi', class: className, epoch })

  it('an epoch that is over opens its rows to the association, once: ERR_SAMPLE_REFUSED', async () => {
    await expectCodeAsync('ERR_PEER_REFUSED', sample('B', 1)) // it is not over
    await yi.release([{ subject: investor(2), kind: 'false-information' }])
    await yi.publish([{ subject: investor(3), kind: 'false-information' }])
    const result = await sample('B', 1)
    expect(result).toMatchObject({ leaves: 16, code: null })
    const ledger = openAssociationLedger(consortium.association.home)
    const [stored] = await ledger.entries(result.ledgerIndex, 1)
    expect(stored && ledger.registry.read(stored.entry)).toMatchObject({
      kind: 'leaf-sample',
      payload: { provider: 'yi', class: 'B', epoch: 1, version: 1, code: null },
    })
    await ledger.close()
    // Its entry has moved the checkpoint on: other leaves would be drawn.
    const again = await expectCodeAsync('ERR_PEER_REFUSED', sample('B', 1))
    expect(again.details['peerCode']).toBe('ERR_SAMPLE_REFUSED')
    const dataset = { provider: 'yi', class: 'B', epoch: 1 }
    const hello = { protocol: 'leaf-sampling', parameters: 'leafsampling_16', dataset }
    const stranger = await call({ from: consortium.firm('jia'), to: yi, ...hello })
    expect(await refusalOf(stranger)).toBe('ERR_SAMPLE_REFUSED')
  })

  it('a provider that cannot open its rows has signed the evidence', async () => {
    const { home } = yi
    const file = join(home.paths.keys, 'oprf/C-1.key')
    const intact = readFileSync(file)
    home.keys.destroyOprfKey('C', 1)
    home.keys.createOprfKey('C', 1)
    const result = await sample('C', 1)
    writeFileSync(file, intact)
    expect(result.code).toBe('ERR_VERIFY_DLEQ')
    const { association } = consortium
    const ledger = openAssociationLedger(association.home)
    const [stored] = await ledger.entries(result.ledgerIndex, 1)
    const entry = stored && ledger.registry.read(stored.entry)
    await ledger.close()
    if (entry?.kind !== 'leaf-sample') throw new Error('expected the result on the ledger')
    const digest = toHex(entry.payload.answerDigest)
    const answer = readLeafFinding(association.home, digest)
    expect(suiteById(suite).hash(answer)).toEqual(entry.payload.answerDigest)
    const atRest = readFileSync(association.home.paths.leafFinding(digest))
    expect([Buffer.from(answer).includes('dummy'), atRest.includes('dummy')]).toEqual([true, false])
    // With another key since, it cannot say that it never signed.
    await rotateKey(yi.home, 'signing')
    const later = openAssociationLedger(association.home)
    const table = later.registry.table('yi', 'C', 1) as TablePayload
    const [checkpoint = ''] =
      /mixun\.local\/[^]*?\n\n— .*\n/u.exec(Buffer.from(answer).toString('utf8')) ?? []
    const verify = (signed: Uint8Array) => verifyLeafSamples(later.registry, table, checkpoint, signed)
    expectCode('ERR_VERIFY_DLEQ', () => verify(answer))
    expectCode('ERR_VERIFY_SIGNATURE', () =>
      verify(answer.map((byte, i) => (i === answer.length - 1 ? byte ^ 1 : byte))),
    )
    await later.close()
  })
})
