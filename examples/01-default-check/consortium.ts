import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SuiteId } from '@mixun/core/suite'
import { ASSOCIATION, CHECKER, FIRMS, MAKER, type Party, PARTIES, type RunFolder } from './parties.ts'
import { inParallel, type Processes, type Program, type RunOptions, type Running } from './processes.ts'

/** The administrators' program, started by its path: no other package may import the party server. */
const MIXUN = join(
  dirname(fileURLToPath(import.meta.resolve('@mixun/party-server/package.json'))),
  'src/cli/main.ts',
)
const POINTS_RULES = join(import.meta.dirname, 'points-rules.json')

/** Result of `mixun import`. */
export interface Imported {
  readonly batch: number
  readonly rows: number
  readonly accepted: number
  readonly published: number
  readonly rejected: Readonly<Record<string, number>>
  readonly findings: string
}

/** One line of the result of `mixun publish`. */
export interface Published {
  readonly class: string
  readonly kind: 'table' | 'list'
  readonly epoch: number
  readonly rows: number
  readonly subjects: number
  readonly records: number
}

export interface FoundOptions {
  readonly folder: RunFolder
  readonly processes: Processes
  /** Algorithms of the consortium. */
  readonly suite: SuiteId
  /** On loopback, one a party. */
  readonly ports: readonly number[]
  /** Programs that work at a time. */
  readonly cores: number
  /** How long a firm may take to answer. */
  readonly answerTimeoutMs: number
}

/** The consortium of one run: every step is a run of the `mixun` program in the home of who takes it. */
export class Consortium {
  readonly folder: RunFolder
  readonly processes: Processes
  readonly #addresses: Readonly<Record<string, string>>
  readonly #daemons = new Map<string, Running>()

  private constructor(folder: RunFolder, processes: Processes, addresses: Readonly<Record<string, string>>) {
    this.folder = folder
    this.processes = processes
    this.#addresses = addresses
  }

  /** Founds the consortium and has the association admit all firms. */
  static async found(options: FoundOptions): Promise<Consortium> {
    const { folder, processes, suite, ports, cores, answerTimeoutMs } = options
    const addresses = Object.fromEntries(PARTIES.map(({ id }, i) => [id, `127.0.0.1:${ports[i]}`]))
    writeFileSync(join(folder.root, 'addresses.json'), JSON.stringify(addresses))
    const consortium = new Consortium(folder, processes, addresses)
    await consortium.#create(suite)
    const requests = await inParallel(FIRMS, cores, firm => consortium.#init(firm, suite))
    for (const [i, firm] of FIRMS.entries()) {
      const admission = folder.exchange(`${firm.id}-admission.json`)
      await consortium.mixun(ASSOCIATION.id, ['admit', requests[i] as string, '--out', admission])
    }
    await inParallel(FIRMS, cores, async ({ id }) => {
      await consortium.mixun(id, ['join', folder.exchange(`${id}-admission.json`)])
      configure(join(folder.home(id), 'config.toml'), answerTimeoutMs)
    })
    return consortium
  }

  /** The consortium of an earlier run. */
  static reopen(folder: RunFolder, processes: Processes): Consortium {
    const addresses: unknown = JSON.parse(readFileSync(join(folder.root, 'addresses.json'), 'utf8'))
    return new Consortium(folder, processes, addresses as Record<string, string>)
  }

  /** Runs one verb in a party's home and returns its JSON result. @throws ProgramFailed */
  async mixun<Result>(partyId: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
    const { stdout } = await this.processes.run(this.#program(partyId, args), options)
    return JSON.parse(stdout) as Result
  }

  /** Starts a party's daemon, or starts it again, and waits until it serves. */
  async serve(partyId: string): Promise<void> {
    const program = this.#program(partyId, ['serve', '--log-level', 'debug'])
    const daemon = this.processes.start(program, this.folder.log(partyId))
    await daemon.ready()
    this.#daemons.set(partyId, daemon)
  }

  daemon(partyId: string): Running {
    const daemon = this.#daemons.get(partyId)
    if (daemon === undefined) throw new Error(`${partyId} is not serving`)
    return daemon
  }

  async stopServing(partyId: string): Promise<void> {
    await this.daemon(partyId).stop()
    this.#daemons.delete(partyId)
  }

  /** Leaves the ledger alone: only the association serves after this. */
  async stopFirms(): Promise<void> {
    const firms = [...this.#daemons.keys()].filter(partyId => partyId !== ASSOCIATION.id)
    await Promise.all(firms.map(partyId => this.stopServing(partyId)))
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#daemons.keys()].map(partyId => this.stopServing(partyId)))
  }

  /** The maker imports an export through the party's profile. */
  importExport(
    party: Party,
    file: string,
    asOf: string,
    onProgress: (text: string) => void,
  ): Promise<Imported> {
    return this.mixun(
      party.id,
      ['import', file, '--profile', party.id, '--operator', MAKER, '--as-of', asOf, '--progress'],
      { onProgress },
    )
  }

  /** The checker looks at a batch and approves it. */
  async approve(partyId: string, batch: number): Promise<void> {
    await this.mixun(partyId, ['review', String(batch), '--operator', CHECKER])
    await this.mixun(partyId, ['approve', String(batch), '--operator', CHECKER])
  }

  async publish(
    partyId: string,
    asOf: string,
    onProgress: (text: string) => void,
  ): Promise<readonly Published[]> {
    const args = ['publish', '--as-of', asOf, '--progress']
    const result = await this.mixun<{ published: Published[] }>(partyId, args, { onProgress })
    return result.published
  }

  async #create(suite: SuiteId): Promise<void> {
    const names = ['--consortium', 'Mixun example 示例联盟', '--name', ASSOCIATION.name[1]]
    const operators = ['--maker', MAKER, '--checker', CHECKER]
    const listen = ['--listen', this.#address(ASSOCIATION.id)]
    await this.mixun(ASSOCIATION.id, [
      'create-consortium',
      '--suite',
      suite,
      ...names,
      ...listen,
      ...operators,
      '--points-rules',
      POINTS_RULES,
    ])
  }

  async #init({ id, name }: Party, suite: SuiteId): Promise<string> {
    const request = this.folder.exchange(`${id}-request.json`)
    const association = `${ASSOCIATION.id}@${this.#address(ASSOCIATION.id)}`
    const operators = ['--maker', MAKER, '--checker', CHECKER]
    const self = ['--id', id, '--name', name[1], '--listen', this.#address(id), ...operators]
    await this.mixun(id, ['init', ...self, '--suite', suite, '--association', association, '--out', request])
    return request
  }

  #program(partyId: string, args: readonly string[]): Program {
    const rest = [...args, '--home', this.folder.home(partyId), '--json']
    const environment = this.folder.environment(partyId)
    return { name: `mixun ${args[0]} (${partyId})`, file: MIXUN, arguments: rest, environment }
  }

  #address(partyId: string): string {
    return this.#addresses[partyId] as string
  }
}

/**
 * What an administrator would do with an editor: patience for a loaded machine, and no deltas, which would let records
 * expire by today's date instead of the exports'.
 */
function configure(configFile: string, answerTimeoutMs: number): void {
  const config = readFileSync(configFile, 'utf8')
  const patient = config.replace(/^(answerTimeoutMs = )\d+$/m, `$1${answerTimeoutMs}`)
  writeFileSync(configFile, `${patient}\n[publishing]\ndeltaEveryMinutes = 0\n`)
}
