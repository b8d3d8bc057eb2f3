import { setImmediate } from 'node:timers'
import type { PartyLog, QuestionEvent } from './party-log.ts'
import type { PartyLogEvent } from './party-log-entry.ts'

/** Most events of one transaction. */
const MAX_GROUP = 64

interface Waiting {
  readonly question: QuestionEvent
  readonly written: PromiseWithResolvers<void>
}

/**
 * The evaluations of a busy daemon on their way into the party log: what came in while the thread was busy, above all
 * with the sync of those before, shares one transaction and one sync. Nobody goes on before his event is durable.
 */
export class QuestionLog {
  readonly #log: PartyLog
  #waiting: Waiting[] = []
  #running: Promise<void> | null = null

  constructor(log: PartyLog) {
    this.#log = log
  }

  /** Resolves when the log holds durably that an evaluation is about to be made. @throws as {@link PartyLog.asked} */
  asked(details: PartyLogEvent, receipt: Uint8Array | null, fillIn: Uint8Array | null = null): Promise<void> {
    return this.#add({ event: 'asked', details, receipt, fillIn })
  }

  /** Resolves when the log holds that an evaluation was sent. */
  answered(details: PartyLogEvent): Promise<void> {
    return this.#add({ event: 'answered', details, receipt: null, fillIn: null })
  }

  /** Resolves when nothing waits any more. */
  async flushed(): Promise<void> {
    while (this.#running !== null) await this.#running
  }

  #add(question: QuestionEvent): Promise<void> {
    const written = Promise.withResolvers<void>()
    this.#waiting.push({ question, written })
    this.#running ??= this.#run()
    return written.promise
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Lets what has arrived meanwhile be read first.
      await new Promise(resolve => setImmediate(resolve))
      const group = this.#waiting.splice(0, MAX_GROUP)
      try {
        const errors = this.#log.record(group.map(({ question }) => question))
        group.forEach(({ written }, i) => {
          const error = errors[i]
          if (error === undefined) written.resolve()
          else written.reject(error)
        })
      } catch (error) {
        for (const { written } of group) written.reject(error)
      }
    }
    // In one go with finding nobody waiting: whoever comes later starts the next run.
    this.#running = null
  }
}
