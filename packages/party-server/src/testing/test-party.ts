import { readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import { Mixun } from '@mixun/sdk'
import { Home, type HomeConfig } from '@mixun/sdk/home'
import { type Daemon, startDaemon } from '../daemon/daemon.ts'
import type { PublicationLine } from '../publish/publication-line.ts'
import { publish } from '../publish/publish.ts'
import { release, type ReleaseLine } from '../publish/release.ts'
import { PartyLog } from '../stores/party-log.ts'
import type { PartyLogEntry } from '../stores/party-log-entry.ts'
import { approveRecords, type MadeDefault } from './records.ts'

/** One party of a {@link TestConsortium}: its home folder, its daemon in this process and what that logged. */
export class TestParty {
  readonly root: string
  /** What was drawn at random for the key store when the home was made. Secret. */
  readonly drawn: readonly Uint8Array[]
  readonly #logLines: string[] = []
  #daemon: Daemon | null = null

  constructor(root: string, drawn: readonly Uint8Array[]) {
    this.root = root
    this.drawn = drawn
  }

  /** The home as it is on disk now. */
  get home(): Home {
    return Home.open(this.root)
  }

  get id(): string {
    return this.home.identity.partyId
  }

  /** Everything the daemon logged so far. */
  get logText(): string {
    return this.#logLines.join('')
  }

  /** The stable codes in the daemon's log, in order. */
  get loggedCodes(): string[] {
    return this.#logLines
      .map(line => (JSON.parse(line) as { code?: string }).code)
      .filter(code => code !== undefined)
  }

  /** The provider's durable log. */
  partyLog(): PartyLogEntry[] {
    using log = new PartyLog(this.home.paths.partyLog)
    return log.entries()
  }

  /** Evaluations that it was asked for. */
  evaluations(): number {
    return this.partyLog().filter(({ event }) => event === 'asked').length
  }

  /** Replies that it has stored of inquiries under way. */
  storedReplies(): number {
    const database = new DatabaseSync(this.home.paths.inquiries)
    try {
      return Number(database.prepare('SELECT count(*) AS count FROM replies').get()?.['count'])
    } finally {
      database.close()
    }
  }

  async start(): Promise<void> {
    const logger = pino({ level: 'trace' }, { write: line => void this.#logLines.push(line) })
    this.#daemon = await startDaemon(this.home, logger)
  }

  async stop(): Promise<void> {
    await this.#daemon?.close()
    this.#daemon = null
  }

  /** Imports and approves `records`, then publishes everything that is approved. */
  async publish(records: readonly MadeDefault[]): Promise<PublicationLine[]> {
    approveRecords(this.home, records)
    return publish(this.home)
  }

  /** Imports and approves `records`, then makes the next deltas, whatever the clock says. */
  async release(records: readonly MadeDefault[] = []): Promise<ReleaseLine[]> {
    if (records.length > 0) approveRecords(this.home, records)
    return release(this.home, { urgent: true })
  }

  /** Opens the firm's client. */
  client(): Promise<Mixun> {
    return Mixun.open(this.root)
  }

  /** Changes a limit in `config.toml`; homes opened from now on have it. */
  setLimit(name: keyof HomeConfig['limits'], value: number): void {
    this.configure(name, value)
  }

  /** Changes a line of `config.toml`; homes opened from now on have it. */
  configure(name: string, value: number | boolean): void {
    const { config } = this.home.paths
    const line = new RegExp(`^${name} = .*$`, 'm')
    writeFileSync(config, readFileSync(config, 'utf8').replace(line, `${name} = ${value}`))
  }
}
