import { setTimeout as wait } from 'node:timers/promises'
import { utf8 } from '@mixun/core/bytes'
import { Subject } from '@mixun/core/domain'
import { Mixun } from '@mixun/sdk'
import { passphraseFromFile } from '@mixun/sdk/keystore'
import { cpuMs, memoryMiB } from '../../harness/process-usage.ts'
import { SocketBytes } from '../../harness/socket-bytes.ts'
import { workerInput, workerOutput } from '../../harness/worker.ts'
import type { InquirerInput, InquirerOutput, RoleUsage } from './messages.ts'

const input = workerInput<InquirerInput>()
const watched: InquirerInput['watched'] = { 'the inquirer': [process.pid], ...input.watched }
using sockets = new SocketBytes()

const openedAt = performance.now()
await using mixun = await Mixun.open(input.home, { passphrase: passphraseFromFile(input.passphraseFile) })
const synced = await mixun.sync()
if (synced.missing.length > 0) throw new Error(`tables are missing: ${JSON.stringify(synced.missing)}`)
const syncMs = performance.now() - openedAt

/** One check, its answer compared with what the firms report. */
async function check(index: number) {
  const { number, records } = input.people[index] as InquirerInput['people'][number]
  const subject = Subject.parse('resident-id', number)
  const consent = await mixun.consents.register(subject, {
    classes: ['B', 'C'],
    purpose: 'credit-granting',
    document: utf8(`authorisation ${number}`),
  })
  const before = sockets.total()
  const cpuBefore = cpuOfAll()
  const startedAt = performance.now()
  const answer = await mixun.checkDefaults(subject, { consent, requestId: `bench-${consent}` })
  const ms = performance.now() - startedAt
  if (answer.missing.length > 0 || answer.records.length !== records) {
    const codes = [...new Set(answer.missing.map(({ code }) => code))].join(', ')
    const found = `${answer.records.length} of ${records} records`
    throw new Error(`check ${index}: ${found}; ${answer.missing.length} missing: ${codes || 'none'}`)
  }
  const { sent, received } = sockets.total()
  return {
    ms,
    cpu: since(cpuBefore),
    sentBytes: sent - before.sent,
    receivedBytes: received - before.received,
    tablesAsked: answer.evidence.parties.length,
  }
}

type CpuByRole = Readonly<Record<string, readonly number[]>>

function cpuOfAll(): CpuByRole {
  return Object.fromEntries(Object.entries(watched).map(([role, pids]) => [role, pids.map(cpuMs)]))
}

/** CPU time of every process since, in milliseconds. */
function since(before: CpuByRole): CpuByRole {
  const differences = Object.entries(cpuOfAll()).map(([role, now]) => {
    return [role, now.map((cpu, i) => cpu - (before[role]?.[i] ?? 0))] as const
  })
  return Object.fromEntries(differences)
}

const first = await check(0)
for (let i = 1; i < input.warmups; i++) await check(i)
const checks: Awaited<ReturnType<typeof check>>[] = []
for (let i = input.warmups; i < input.people.length; i++) checks.push(await check(i))

const idleBefore = cpuOfAll()
await wait(input.idleMs)
const idle = since(idleBefore)

/** CPU of a check above the idle rate, process by process. */
function usageOf(role: string): RoleUsage {
  const pids = watched[role] ?? []
  const idleCpuMs = pids.map((_, i) => ((idle[role]?.[i] ?? 0) * 1_000) / input.idleMs)
  const busy = pids.map((_, i) => {
    const ofChecks = checks.map(({ ms, cpu }) => (cpu[role]?.[i] ?? 0) - ((idleCpuMs[i] ?? 0) * ms) / 1_000)
    return ofChecks.reduce((sum, each) => sum + each, 0) / checks.length
  })
  const memory = pids.map(memoryMiB)
  return {
    cpuMs: busy,
    idleCpuMs,
    memoryMiB: memory.map(({ now }) => now),
    peakMemoryMiB: memory.map(({ peak }) => peak),
  }
}

const output: InquirerOutput = {
  syncMs,
  firstCheckMs: first.ms,
  checkMs: checks.map(({ ms }) => ms),
  sentBytes: checks.map(({ sentBytes }) => sentBytes),
  receivedBytes: checks.map(({ receivedBytes }) => receivedBytes),
  tablesAsked: first.tablesAsked,
  usage: Object.fromEntries(Object.keys(watched).map(role => [role, usageOf(role)])),
}
workerOutput(output)
