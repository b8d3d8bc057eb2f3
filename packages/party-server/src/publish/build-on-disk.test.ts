import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { type ComputePool, inlinePool } from '@mixun/core/compute'
import { Subject } from '@mixun/core/domain'
import { encodePublicKey, evaluateInput, oprfSuiteOf } from '@mixun/ot/oprf'
import { decodeTableCommitment, openSubject, SealedTable, sealedTableTasks } from '@mixun/ot/sealed-table'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBatches } from '../stores/open.ts'
import { approveRecords } from '../testing/records.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import type { TestParty } from '../testing/test-party.ts'
import { publishClass } from './publish-class.ts'

let consortium: TestConsortium
let yi: TestParty
beforeAll(async () => {
  consortium = await TestConsortium.found({ firms: { yi: null } })
  yi = consortium.firm('yi')
  const records = Array.from({ length: 12 }, (_, i) => ({
    subject: investor(i + 1),
    kind: 'contract-due-not-repaid' as const,
  }))
  approveRecords(yi.home, records)
})
afterAll(() => consortium[Symbol.asyncDispose]())

const pool = inlinePool({ modules: [sealedTableTasks] })
const dead: ComputePool = { ...pool, concurrency: 1, run: () => Promise.reject(new Error('cut off')) }

async function publishOnDisk(compute: ComputePool, minSubjectsForRuns = 1) {
  const { home } = yi
  using batches = openBatches(home)
  const records = () => batches.approved('B', () => true)
  const subjects = batches.subjectCount('B')
  const options = { home, class: 'B', epoch: 1, records, subjects, compute, minSubjectsForRuns } as const
  const { payload, ownEntries, counts } = await publishClass(options)
  return { payload, ownEntries: [...ownEntries()], counts }
}

const tableFile = () => yi.home.paths.table('yi', 'B', 1)
const publicKey = () => {
  const oprf = oprfSuiteOf(yi.home.identity.suite.id)
  return encodePublicKey(oprf, yi.home.keys.openOprfKey('B', 1).publicKey)
}

it('a table that is built in runs opens like any other, and leaves no run behind', async () => {
  const { payload, ownEntries, counts } = await publishOnDisk(pool)
  expect(ownEntries).toHaveLength(12)
  expect(counts).toEqual({ subjects: 12, records: 12 })
  expect(existsSync(`${tableFile()}.build`)).toBe(false)
  const commitment = decodeTableCommitment(payload.commitment)
  const { suite } = yi.home.identity
  const table = SealedTable.decode(readFileSync(tableFile()), commitment)
  const { secretKey } = yi.home.keys.openOprfKey('B', 1)
  const input = Subject.parse(investor(3).idType, investor(3).reveal()).encode()
  const output = evaluateInput(oprfSuiteOf(suite.id), 'voprf', secretKey, input)
  expect(openSubject(table, { suite, commitment, output }).payloads).toHaveLength(1)
})

it('a build that was cut off keeps its key for the next attempt, which a build in memory does not', async () => {
  await publishOnDisk(pool)
  const before = publicKey()
  await expect(publishOnDisk(dead)).rejects.toThrow('cut off')
  const kept = publicKey()
  expect(kept).not.toEqual(before) // finished builds have no runs, so this was a new one
  expect(readdirSync(`${tableFile()}.build`)).toEqual(['build'])
  const { payload } = await publishOnDisk(pool)
  expect(publicKey()).toEqual(kept)
  expect(payload.publicKey).toEqual(kept)
  await expect(publishOnDisk(dead)).rejects.toThrow('cut off')
  await publishOnDisk(pool, 1_000)
  expect(publicKey()).not.toEqual(kept)
  expect(existsSync(`${tableFile()}.build`)).toBe(false)
})
