import { setTimeout as wait } from 'node:timers/promises'
import { utf8 } from '@mixun/core/bytes'
import { Subject } from '@mixun/core/domain'
import { Mixun } from '@mixun/sdk'
import { Consortium } from '@mixun/sdk/consortium'
import { openHome } from '../../harness/consortium/passphrase.ts'
import { subjectNumber } from '../../harness/consortium/made-records.ts'
import { cpuMs, memoryMiB } from '../../harness/process-usage.ts'
import { workerInput, workerOutput } from '../../harness/worker.ts'
import { closedLoop, openLoop } from './arrivals.ts'
import type { CountedCheck, LoadInput, LoadOutput, OpenLoop } from './messages.ts'
import { Questions } from './questions.ts'

const CLASS = 'B'
/** A daemon that uses less CPU than this in a second has caught up with the ledger, in milliseconds. */
const QUIET_MS = 60
const MAX_SETTLE_SECONDS = 60
const IDLE_MS = 5_000
const SAMPLE_MS = 5_000
const WARM_UP = 20

const input = workerInput<LoadInput>()
const now = () => performance.timeOrigin + performance.now()
const cpu = () => cpuMs(input.providerPid)

const home = openHome(input.home)
await using mixun = await Mixun.open(home)
const subject = Subject.parse('one-code', subjectNumber(1))
const document = utf8('authorisation')
const scope = { classes: [CLASS], purpose: 'credit-granting', document, maxUses: 1_000_000 } as const
const consentId = await mixun.consents.register(subject, { ...scope, classes: [CLASS] })
const consortium = Consortium.open(openHome(input.home))
await consortium.sync()
const table = consortium.registry.currentTable(input.provider, CLASS)
if (table === undefined) throw new Error(`${input.provider} has no table`)
const questions = new Questions(consortium, mixun, consentId, subject, table)

await questions.make(WARM_UP)
for (let i = 0; i < WARM_UP; i++) await questions.ask()

const output = input.counted > 0 ? await count() : await load()
await consortium.close()
workerOutput(output)

async function count(): Promise<LoadOutput> {
  const counted: CountedCheck[] = []
  await questions.make(input.counted)
  for (let i = 0; i < input.counted; i++) {
    const startedAt = now()
    const bytes = await questions.ask()
    counted.push({ startedAt, endedAt: now(), ...bytes })
    // Window updates and acknowledgements of one check do not fall into the next.
    await wait(50)
  }
  const none = {
    evaluationCpu: [],
    atOnceCpu: [],
    wholeCpu: [],
    saturation: [],
    sustained: [],
    openLoops: [],
    soak: null,
    soakMemory: [],
    soakFailures: 0,
  }
  return { counted, ...none }
}

async function load(): Promise<LoadOutput> {
  const cpuOf = await cpuOfChecks()
  const { saturation, rate } = await saturate()
  const openLoops: OpenLoop[] = []
  for (const part of input.loads) {
    // Arrivals vary: half as many more than are expected, and some.
    await questions.make(
      Math.max(0, Math.ceil((1.5 * part * rate * input.phaseMs) / 1_000) + 50 - questions.left),
    )
    await settle()
    const latencies = await openLoop(part * rate, input.phaseMs, () => questions.ask())
    openLoops.push({ load: part, rate: part * rate, latencies })
  }
  const { sustained, rate: sustainedRate } = await sustain()
  return { counted: [], ...cpuOf, saturation, sustained, openLoops, ...(await soakAt(sustainedRate / 2)) }
}

/** CPU a check above the idle rate: of evaluations one by one and at once, and with the mirrored intents. */
async function cpuOfChecks(): Promise<Pick<LoadOutput, 'evaluationCpu' | 'atOnceCpu' | 'wholeCpu'>> {
  await settle()
  const idleFrom = cpu()
  await wait(IDLE_MS)
  const idlePerMs = (cpu() - idleFrom) / IDLE_MS
  const used = async (run: () => Promise<void>) => {
    const [from, startedAt] = [cpu(), performance.now()]
    await run()
    return cpu() - from - idlePerMs * (performance.now() - startedAt)
  }
  const evaluationCpu: number[] = []
  const atOnceCpu: number[] = []
  const wholeCpu: number[] = []
  for (let batch = 0; batch < input.cpuBatches; batch++) {
    const mirrored = await used(async () => {
      await questions.make(2 * input.cpuBatch)
      await settle()
    })
    const evaluated = await used(async () => {
      for (let i = 0; i < input.cpuBatch; i++) await questions.ask()
    })
    const atOnce = await used(async () => {
      let left = input.cpuBatch
      const lane = async () => {
        while (left-- > 0) await questions.ask()
      }
      await Promise.all(Array.from({ length: input.lanes }, lane))
    })
    evaluationCpu.push(Math.max(0, evaluated / input.cpuBatch))
    atOnceCpu.push(Math.max(0, atOnce / input.cpuBatch))
    wholeCpu.push(Math.max(0, (evaluated + mirrored / 2) / input.cpuBatch))
  }
  return { evaluationCpu, atOnceCpu, wholeCpu }
}

/** Waits until the provider has mirrored the intents that were just made. */
async function settle(): Promise<void> {
  for (let i = 0; i < MAX_SETTLE_SECONDS; i++) {
    const before = cpu()
    await wait(1_000)
    if (cpu() - before < QUIET_MS && i > 0) return
  }
}

async function saturate(): Promise<{ saturation: number[]; rate: number }> {
  // No provider on this machine is faster than this.
  await questions.make(Math.ceil((600 * input.phaseMs) / 1_000))
  await settle()
  const { tenths, rate } = ratesOf(await closedLoop(input.lanes, input.phaseMs, () => questions.ask()))
  return { saturation: tenths, rate }
}

/** As {@link saturate}, while each check makes its intent first: what this machine can keep up. */
async function sustain(): Promise<{ sustained: number[]; rate: number }> {
  const ends = await closedLoop(input.lanes, input.phaseMs, async () => {
    await questions.make(1)
    await questions.ask()
  })
  const { tenths, rate } = ratesOf(ends)
  return { sustained: tenths, rate }
}

/** Checks a second in each tenth of the phase, and in all of it. */
function ratesOf(ends: readonly number[]): { tenths: number[]; rate: number } {
  const tenth = input.phaseMs / 10
  const tenths = Array.from({ length: 10 }, (_, i) => {
    return (ends.filter(at => at >= i * tenth && at < (i + 1) * tenth).length * 1_000) / tenth
  })
  return { tenths, rate: (ends.filter(at => at < input.phaseMs).length * 1_000) / input.phaseMs }
}

/** Half the load that the machine keeps up, for long; its intents are made meanwhile. */
async function soakAt(rate: number): Promise<Pick<LoadOutput, 'soak' | 'soakMemory' | 'soakFailures'>> {
  if (input.soakMs === 0) return { soak: null, soakMemory: [], soakFailures: 0 }
  const stock = Math.ceil(rate * 10) + 50
  await questions.make(Math.max(0, stock - questions.left))
  const ended = new AbortController()
  const soakMemory: number[] = []
  const making = (async () => {
    while (!ended.signal.aborted) {
      if (questions.left < stock) await questions.make(Math.min(64, stock - questions.left))
      else await wait(50)
    }
  })()
  const sampling = (async () => {
    while (!ended.signal.aborted) {
      soakMemory.push(memoryMiB(input.providerPid).now)
      await wait(Math.min(SAMPLE_MS, input.soakMs / 4), undefined, { signal: ended.signal }).catch(() => {})
    }
  })()
  // A busy moment of the machine, over half an hour, is not to end the run: what it cost is counted.
  let soakFailures = 0
  const ask = () => questions.ask().catch(() => void soakFailures++)
  const latencies = await openLoop(rate, input.soakMs, ask)
  ended.abort()
  await Promise.all([making, sampling])
  return { soak: { load: 0.5, rate, latencies }, soakMemory, soakFailures }
}
