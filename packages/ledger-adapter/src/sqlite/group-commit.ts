import type { Appended } from '../ledger/ledger.ts'
import type { LedgerEntry } from '../ledger/ledger-entry.ts'

/** Most entries of one transaction: at some milliseconds each, longer ones would keep the thread from everybody. */
const MAX_GROUP = 256

interface Waiting {
  readonly entry: LedgerEntry
  readonly answer: PromiseWithResolvers<Appended>
}

/**
 * Gathers appends that arrive while the thread was busy, above all with the sync of those before them, and commits them
 * together. Nobody is answered before the commit that holds his entry is durable.
 */
export class GroupCommit {
  readonly #commit: (entries: readonly LedgerEntry[]) => Promise<PromiseSettledResult<Appended>[]>
  #waiting: Waiting[] = []
  #running: Promise<void> | null = null

  constructor(commit: (entries: readonly LedgerEntry[]) => Promise<PromiseSettledResult<Appended>[]>) {
    this.#commit = commit
  }

  append(entry: LedgerEntry): Promise<Appended> {
    const answer = Promise.withResolvers<Appended>()
    this.#waiting.push({ entry, answer })
    this.#running ??= this.#run()
    return answer.promise
  }

  /** Resolves when nothing waits any more. */
  async flushed(): Promise<void> {
    while (this.#running !== null) await this.#running
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Lets what has arrived meanwhile be read first.
      await new Promise(resolve => setImmediate(resolve))
      const group = this.#waiting.splice(0, MAX_GROUP)
      try {
        const results = await this.#commit(group.map(({ entry }) => entry))
        results.forEach((result, i) => {
          const { resolve, reject } = (group[i] as Waiting).answer
          if (result.status === 'fulfilled') resolve(result.value)
          else reject(result.reason)
        })
      } catch (error) {
        for (const { answer } of group) answer.reject(error)
      }
    }
    // In one go with finding nobody waiting: whoever comes later starts the next run.
    this.#running = null
  }
}
