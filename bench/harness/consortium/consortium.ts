import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SuiteId } from '@mixun/core/suite'
import { onExit } from '../clean-up.ts'
import { mixun } from './command-line.ts'
import { Daemon } from './daemon.ts'
import { freePort } from '../free-port.ts'

/** Points enough for any number of checks. */
const POINTS_RULES = {
  grant: 1_000_000_000,
  contributionPerThousandRows: { A: 0, B: 0, C: 0 },
  contributionPeriodDays: 7,
  attestations: 0,
  period: 'month',
  reportingPenalty: { late: 0, missing: 0 },
  queryPrice: { A: 1, B: 1, C: 1 },
}

const MAKER = 'maker'
const CHECKER = 'checker'

export const ASSOCIATION = 'association'

/** A file of records and the import profile that reads it. */
export interface Export {
  readonly csv: string
  /** TOML. */
  readonly profile: string
  /** The date that the import rules apply to. */
  readonly asOf: string
}

/**
 * A consortium of real processes on loopback: each party has a home folder and a daemon, set up by the verbs of the
 * command line. Everything is in one temporary folder that goes with it.
 */
export class BenchConsortium implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mixun-bench-'))
  readonly suite: SuiteId
  readonly daemons = new Map<string, Daemon>()
  readonly #addresses = new Map<string, string>()
  readonly #forget = onExit(() => this.#removeFolder())

  constructor(suite: SuiteId) {
    this.suite = suite
  }

  home(party: string): string {
    return join(this.folder, party)
  }

  /** `host:port` that the daemon of a party listens at. */
  address(party: string): string {
    const address = this.#addresses.get(party)
    if (address === undefined) throw new Error(`no party ${party}`)
    return address
  }

  /** Founds the consortium and starts the association, which publishes `exported` first. */
  async found(exported?: Export): Promise<void> {
    const rules = join(this.folder, 'points-rules.json')
    writeFileSync(rules, JSON.stringify(POINTS_RULES))
    const address = await this.#reserve(ASSOCIATION)
    const words = ['--consortium', 'bench', '--id', ASSOCIATION, '--name', 'association', '--listen', address]
    const home = ['--suite', this.suite, '--home', this.home(ASSOCIATION), '--points-rules', rules]
    await mixun('create-consortium', ...words, ...home, '--maker', MAKER, '--checker', CHECKER)
    if (exported !== undefined) await this.#publish(ASSOCIATION, exported)
    this.daemons.set(ASSOCIATION, await Daemon.start(this.home(ASSOCIATION)))
  }

  /** Admits a firm and starts its daemon; it publishes `exported` first. */
  async join(firm: string, exported?: Export): Promise<void> {
    const address = await this.#reserve(firm)
    const home = ['--home', this.home(firm)]
    const request = join(this.folder, `${firm}-request.json`)
    const admission = join(this.folder, `${firm}-admission.json`)
    const association = `${ASSOCIATION}@${this.address(ASSOCIATION)}`
    const words = [
      '--id',
      firm,
      '--name',
      firm,
      '--listen',
      address,
      '--association',
      association,
      '--suite',
      this.suite,
    ]
    await mixun('init', ...words, '--maker', MAKER, '--checker', CHECKER, '--out', request, ...home)
    await mixun('admit', request, '--out', admission, '--home', this.home(ASSOCIATION))
    await mixun('join', admission, ...home)
    if (exported !== undefined) await this.#publish(firm, exported)
    this.daemons.set(firm, await Daemon.start(this.home(firm)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.daemons.values()].map(daemon => daemon.stop()))
    this.#forget()
    this.#removeFolder()
  }

  #removeFolder(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  async #publish(party: string, { csv, profile, asOf }: Export): Promise<void> {
    const home = ['--home', this.home(party)]
    const file = join(this.folder, `${party}.csv`)
    const profileFile = join(this.folder, `${party}.toml`)
    writeFileSync(file, csv)
    writeFileSync(profileFile, profile)
    const words = ['--profile', profileFile, '--as-of', asOf, '--operator', MAKER]
    const { batch } = await mixun('import', file, ...words, ...home)
    await mixun('review', String(batch), '--operator', CHECKER, ...home)
    await mixun('approve', String(batch), '--operator', CHECKER, ...home)
    await mixun('publish', ...home)
  }

  async #reserve(party: string): Promise<string> {
    const address = `127.0.0.1:${await freePort()}`
    this.#addresses.set(party, address)
    return address
  }
}
