import { setTimeout as wait } from 'node:timers/promises'
import { utf8 } from '@mixun/core/bytes'
import { Subject } from '@mixun/core/domain'
import { type ConsentId, Mixun } from '@mixun/sdk'
import { openHome } from '../../harness/consortium/passphrase.ts'
import { cpuMs, memoryMiB } from '../../harness/process-usage.ts'
import { workerInput, workerOutput } from '../../harness/worker.ts'
import type { InquirerInput, InquirerOutput, PartyUsage } from './messages.ts'
import { probe } from './probe.ts'

const input = workerInput<InquirerInput>()
const watched = { inquirer: process.pid, ...input.watched }
const now = () => performance.timeOrigin + performance.now()

const openedAt = now()
await using mixun = await Mixun.open(openHome(input.home))
const openMs = now() - openedAt

const consents: ConsentId[] = []
const consentMs: number[] = []
for (const { number } of input.subjects) {
  const startedAt = now()
  const consent = await mixun.consents.register(Subject.parse('one-code', number), {
    classes: ['A', 'B', 'C'],
    purpose: 'credit-granting',
    document: utf8(`authorisation ${number}`),
    // Room for the check and for the inquiry by hand.
    maxUses: 2,
  })
  consents.push(consent)
  consentMs.push(now() - startedAt)
}

/** One check, its answer compared with what the made records say. */
async function check(index: number) {
  const { number, records } = input.subjects[index] as InquirerInput['subjects'][number]
  const consent = consents[index] as ConsentId
  const subject = Subject.parse('one-code', number)
  const startedAt = now()
  const answer = await mixun.checkDefaults(subject, { consent, requestId: `bench-${consent}` })
  const endedAt = now()
  if (answer.missing.length > 0 || answer.records.length !== records) {
    const codes = answer.missing.map(({ party, code }) => `${party} ${code}`).join(', ')
    throw new Error(
      `check ${index}: ${answer.records.length} of ${records} records; missing: ${codes || 'none'}`,
    )
  }
  return { startedAt, endedAt, tablesAsked: answer.evidence.parties.length }
}

const cpuOfAll = () => Object.entries(watched).map(([party, pid]) => [party, cpuMs(pid)] as const)
const since = (before: readonly (readonly [string, number])[]) => {
  const start = Object.fromEntries(before)
  return Object.fromEntries(cpuOfAll().map(([party, cpu]) => [party, cpu - (start[party] ?? 0)]))
}

const first = await check(0)
const warmups = []
for (let i = 1; i < input.warmups; i++) warmups.push(await check(i))

const cpuBefore = cpuOfAll()
const checks = []
for (let i = input.warmups; i < input.subjects.length; i++) checks.push(await check(i))
const cpu = since(cpuBefore)

const idleBefore = cpuOfAll()
await wait(input.idleMs)
const idle = since(idleBefore)

const usage = Object.entries(watched).map(([party, pid]): [string, PartyUsage] => {
  const { now: memory, peak } = memoryMiB(pid)
  const [busyMs = 0, idleMs = 0] = [cpu[party], idle[party]]
  return [party, { cpuMs: busyMs, idleCpuMs: idleMs, memoryMiB: memory, peakMemoryMiB: peak }]
})

const [subject] = input.subjects
const probed =
  input.isProbing && subject !== undefined
    ? await probe(input.home, mixun, Subject.parse('one-code', subject.number), consents[0] as ConsentId)
    : []

const output: InquirerOutput = {
  openMs,
  consentMs,
  firstCheckMs: first.endedAt - first.startedAt,
  warmups: warmups.map(({ startedAt, endedAt }) => ({ startedAt, endedAt })),
  checks: checks.map(({ startedAt, endedAt }) => ({ startedAt, endedAt })),
  tablesAsked: first.tablesAsked,
  usage: Object.fromEntries(usage),
  probed,
}
workerOutput(output)
