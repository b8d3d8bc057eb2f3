import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SuiteId } from '@mixun/core/suite'
import { onExit } from '../../harness/clean-up.ts'
import { MIXUN, mixun } from '../../harness/consortium/command-line.ts'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { inSuite, scenario } from '../../harness/scenario.ts'
import { runWorker } from '../../harness/worker.ts'
import type { InquirerInput, InquirerOutput } from './messages.ts'

const IDLE_MS = 5_000

/** The check of scenario `check` at a large consortium: one inquirer asks all other firms at once. */
export const manyFirms = scenario({
  name: 'many-firms',
  summary: 'one inquiry at 99 other firms, whose daemons share 4 processes: latency, bytes, CPU and memory',
  settings: {
    firms: { text: 'firms, the inquirer among them', standard: 100, quick: 5 },
    processes: { text: "processes of the firms' daemons", standard: 4, quick: 2 },
    checks: { text: 'measured checks, one after the other', standard: 30, quick: 2 },
    warmups: { text: 'checks before the measured ones', standard: 5, quick: 1 },
  },
  isBySuite: true,
  async run({ settings, suites, progress }) {
    const measurements: Measurement[] = []
    let tablesAsked = 0
    for (const suite of suites) {
      const tell = (text: string) => progress(`suite ${suite}: ${text}`)
      const measured = await measureChecks(suite, settings, tell)
      measurements.push(...inSuite(suite, measured.measurements))
      tablesAsked = measured.tablesAsked
    }
    return {
      measurements,
      sides: { [OWN_SIDE]: 'this repository: @mixun/sdk in the inquirer, mixun sandbox for the rest' },
      notes: [
        `Each check asks ${tablesAsked} tables: class B and C of every other firm. All answers were compared.`,
        'Every firm has a home, a port, keys, a certificate, stores and a daemon of its own; daemons share processes.',
        'All processes share the cores of one machine: the latency is mostly the sum of what all firms do.',
        'CPU of a check is what a process used during it above its idle rate; the kernel counts it in ticks.',
        'Bytes on sockets are those of the inquirer, with TLS, HTTP/2 and gRPC.',
      ],
    }
  },
})

interface Settings {
  readonly firms: number
  readonly processes: number
  readonly checks: number
  readonly warmups: number
}

/** What `mixun sandbox create` says of the consortium that it made. */
interface Sandbox {
  readonly parties: readonly {
    readonly party: string
    readonly home: string
    readonly passphraseFile: string
    readonly pid: number
  }[]
  /** Firms that report person 1, 2, … */
  readonly reporters: readonly (readonly string[])[]
}

async function measureChecks(
  suite: SuiteId,
  { firms, processes, checks, warmups }: Settings,
  progress: (text: string) => void,
): Promise<{ measurements: Measurement[]; tablesAsked: number }> {
  const root = mkdtempSync(join(tmpdir(), 'mixun-bench-'))
  const dir = join(root, 'sandbox')
  // The daemons outlive the process that made them.
  const destroy = () => {
    spawnSync(process.execPath, [MIXUN, 'sandbox', 'destroy', '--dir', dir], { stdio: 'ignore' })
    rmSync(root, { recursive: true, force: true, maxRetries: 3 })
  }
  const forget = onExit(destroy)
  try {
    progress(`setting up an association and ${firms} firms in ${processes} processes`)
    const startedAt = performance.now()
    const words = ['--dir', dir, '--suite', suite, '--firms', `${firms}`, '--processes', `${processes}`]
    const sandbox = (await mixun('sandbox', 'create', ...words)) as unknown as Sandbox
    const setUpMs = performance.now() - startedAt
    const [association, inquirer, ...others] = sandbox.parties
    if (association === undefined || inquirer === undefined)
      throw new Error('expected an association and firms')
    waitLonger(inquirer.home)
    progress(`${checks} checks`)
    const input: InquirerInput = {
      home: inquirer.home,
      passphraseFile: inquirer.passphraseFile,
      people: peopleToAsk(checks + warmups, sandbox.reporters),
      warmups,
      watched: {
        'the association': [association.pid],
        'a process of firms': [...new Set([inquirer, ...others].map(({ pid }) => pid))],
      },
      idleMs: IDLE_MS,
    }
    const worker = new URL('inquirer.ts', import.meta.url).pathname
    const found = (await runWorker(worker, input)) as InquirerOutput
    return { measurements: report(setUpMs, found), tablesAsked: found.tablesAsked }
  } finally {
    forget()
    destroy()
  }
}

/** All firms answer on the cores of one machine, which may be busy: what is late is measured, not missing. */
function waitLonger(home: string): void {
  const file = join(home, 'config.toml')
  const longer = readFileSync(file, 'utf8').replace(/^answerTimeoutMs = .*$/m, 'answerTimeoutMs = 60_000')
  writeFileSync(file, longer)
}

/** The people of a sandbox, by the numbers that it makes them, over and over. */
function peopleToAsk(count: number, reporters: Sandbox['reporters']): InquirerInput['people'] {
  return Array.from({ length: count }, (_, i) => {
    const person = i % reporters.length
    return { number: `99052849010190${person + 1}`, records: reporters[person]?.length ?? 0 }
  })
}

function report(setUpMs: number, found: InquirerOutput): Measurement[] {
  const latency = 'latency at the inquirer'
  const bytes = 'bytes of one check on the sockets of the inquirer (TLS, HTTP/2 and gRPC included)'
  return [
    measurement('setting up', 'homes, keys, certificates, imports, tables, daemons', 'ms', [setUpMs]),
    measurement(latency, 'open the home, sync its mirror and all tables', 'ms', [found.syncMs]),
    measurement(latency, 'first check, with all connections', 'ms', [found.firstCheckMs]),
    measurement(latency, 'check', 'ms', found.checkMs),
    measurement(bytes, 'sent', 'bytes', found.sentBytes),
    measurement(bytes, 'received', 'bytes', found.receivedBytes),
    ...Object.entries(found.usage).flatMap(([role, usage]) => [
      measurement('CPU of one check', role, 'ms', usage.cpuMs),
      measurement('CPU of an idle second', role, 'ms', usage.idleCpuMs),
      measurement('memory', role, 'MiB', usage.memoryMiB),
      measurement('memory, peak', role, 'MiB', usage.peakMemoryMiB),
    ]),
  ]
}
