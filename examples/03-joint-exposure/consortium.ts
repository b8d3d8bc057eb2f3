import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SuiteId } from '@mixun/core/suite'
import { type RunFolder } from '../01-default-check/parties.ts'
import { inParallel, type Processes, type Program, type Running } from '../01-default-check/processes.ts'

/** The administrators' program, started by its path: no other package may import the party server. */
const MIXUN = join(
  dirname(fileURLToPath(import.meta.resolve('@mixun/party-server/package.json'))),
  'src/cli/main.ts',
)
const POINTS_RULES = join(import.meta.dirname, '..', '01-default-check', 'points-rules.json')
const ASSOCIATION = 'association'
const [MAKER, CHECKER] = ['li.na', 'wang.fang']

/** What `mixun joint` prints, and what it fails with. */
export interface JointResult {
  readonly answer: {
    readonly total: string | null
    readonly isAtLeast: boolean | null
    readonly firms: number
    readonly without: readonly string[]
  } | null
  readonly error: {
    readonly code: string
    readonly nextStep: string
    readonly details: { readonly missing?: string }
  } | null
}

export interface FoundOptions {
  readonly folder: RunFolder
  readonly processes: Processes
  readonly suite: SuiteId
  readonly firms: readonly string[]
  readonly ports: readonly number[]
  readonly cores: number
}

/** The consortium of one run: every step is a run of the `mixun` program in the home of who takes it. */
export class Consortium {
  readonly #options: FoundOptions
  readonly #daemons = new Map<string, Running>()

  private constructor(options: FoundOptions) {
    this.#options = options
  }

  /** Founds the consortium, admits the firms, and lets joint queries be asked of three firms and more. */
  static async found(options: FoundOptions): Promise<Consortium> {
    const { folder, suite, firms, cores } = options
    const consortium = new Consortium(options)
    const operators = ['--maker', MAKER, '--checker', CHECKER, '--suite', suite]
    const listen = (party: string) => ['--listen', consortium.#address(party)]
    const names = ['--consortium', 'Mixun joint exposure 示例', '--name', '协会']
    const rules = ['--points-rules', POINTS_RULES]
    await consortium.mixun(ASSOCIATION, [
      'create-consortium',
      ...names,
      ...listen(ASSOCIATION),
      ...operators,
      ...rules,
    ])
    const association = ['--association', `${ASSOCIATION}@${consortium.#address(ASSOCIATION)}`]
    const file = (firm: string, what: string) => folder.exchange(`${firm}-${what}.json`)
    await inParallel(firms, cores, firm => {
      const self = ['--id', firm, '--name', firm, ...listen(firm), ...operators]
      return consortium.mixun(firm, ['init', ...self, ...association, '--out', file(firm, 'request')])
    })
    for (const firm of firms) {
      await consortium.mixun(ASSOCIATION, ['admit', file(firm, 'request'), '--out', file(firm, 'admission')])
    }
    await inParallel(firms, cores, async firm => {
      await consortium.mixun(firm, ['join', file(firm, 'admission')])
      // Patience for a loaded machine, as an administrator would set it with an editor.
      const config = join(folder.home(firm), 'config.toml')
      const patient = readFileSync(config, 'utf8').replace(
        /^(answerTimeoutMs = )\d+$/m,
        (_, name: string) => `${name}60000`,
      )
      writeFileSync(config, patient)
    })
    const jointRules = folder.exchange('joint-rules.json')
    writeFileSync(jointRules, JSON.stringify({ minFirms: 3, missingAfterSeconds: 1, pricePerFirm: 1 }))
    await consortium.mixun(ASSOCIATION, ['rule', 'joint-rules', jointRules])
    await consortium.serve(ASSOCIATION)
    return consortium
  }

  /** Maker and checker take a firm's book in, the firm publishes its joint table and serves. */
  async publish(
    firm: string,
    bookFile: string,
  ): Promise<{ readonly subjects: number; readonly bytes: number }> {
    const book = (...args: string[]) => this.mixun<never>(firm, ['joint-book', ...args])
    await book('import', bookFile, '--operator', MAKER)
    await book('review', '1', '--operator', CHECKER)
    await book('approve', '1', '--operator', CHECKER)
    const published = await book('publish')
    await this.serve(firm)
    return published
  }

  /** Registers an investor's authorisation for joint queries. */
  async consent(firm: string, idNumber: string): Promise<string> {
    const document = this.#options.folder.writeSecret('authorisation.txt', 'signed')
    const terms = [
      '--purpose',
      'credit-granting',
      '--classes',
      'B',
      '--datasets',
      'overdue-fen',
      '--uses',
      '5',
    ]
    const args = ['consent', ...terms, '--document', document, '--operator', MAKER]
    const { consent } = await this.mixun<{ consent: string }>(firm, args, idNumber)
    return consent
  }

  /** Asks a joint query. */
  async joint(firm: string, idNumber: string, args: readonly string[]): Promise<JointResult> {
    const program = this.#program(firm, ['joint', '--operator', MAKER, ...args])
    const run = { input: idNumber, accepted: [0, 1] }
    const { code, stdout, stderr } = await this.#options.processes.run(program, run)
    return code === 0
      ? { answer: JSON.parse(stdout), error: null }
      : { answer: null, error: JSON.parse(stderr).error }
  }

  /** Runs one verb in a party's home and returns its JSON result. @throws ProgramFailed */
  async mixun<Result>(party: string, args: readonly string[], input?: string): Promise<Result> {
    const { stdout } = await this.#options.processes.run(
      this.#program(party, args),
      input === undefined ? {} : { input },
    )
    return JSON.parse(stdout) as Result
  }

  /** Starts a party's daemon and waits until it serves. */
  async serve(party: string): Promise<void> {
    const { processes, folder } = this.#options
    const daemon = processes.start(this.#program(party, ['serve']), folder.log(party))
    await daemon.ready()
    this.#daemons.set(party, daemon)
  }

  async stopServing(party: string): Promise<void> {
    await this.#daemons.get(party)?.stop()
    this.#daemons.delete(party)
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#daemons.keys()].map(party => this.stopServing(party)))
  }

  #program(party: string, args: readonly string[]): Program {
    const { folder } = this.#options
    const rest = [...args, '--home', folder.home(party), '--json']
    return {
      name: `mixun ${args[0]} (${party})`,
      file: MIXUN,
      arguments: rest,
      environment: folder.environment(party),
    }
  }

  #address(party: string): string {
    const { firms, ports } = this.#options
    return `127.0.0.1:${ports[[ASSOCIATION, ...firms].indexOf(party)]}`
  }
}
