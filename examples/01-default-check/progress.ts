import { type Language, type Phrase, say } from './language.ts'

/** Least time between two drawings of what is going on, in milliseconds. */
const REDRAW_MS = 100

/** Phases of a run: shown as they go, timed for the summary. */
export class Progress {
  readonly timings: Record<string, number> = {}
  readonly #stream: NodeJS.WriteStream
  readonly #language: Language
  readonly #total: number
  readonly #live = new Map<string, string>()
  #drawnAt = 0

  constructor(stream: NodeJS.WriteStream, language: Language, total: number) {
    this.#stream = stream
    this.#language = language
    this.#total = total
  }

  /** Runs one phase under its heading and keeps its time in milliseconds under `name`. */
  async phase<T>(name: string, heading: Phrase, action: () => Promise<T>): Promise<T> {
    const number = Object.keys(this.timings).length + 1
    this.print(`\n[${number}/${this.#total}] ${say(this.#language, heading)}`)
    const startedAt = performance.now()
    const result = await action()
    this.#live.clear()
    this.timings[name] = Math.round(performance.now() - startedAt)
    this.note([`${seconds(this.timings[name])} s`, `${seconds(this.timings[name])} 秒`])
    return result
  }

  note(phrase: Phrase): void {
    this.print(`  ${say(this.#language, phrase)}`)
  }

  print(text: string): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K')
    this.#stream.write(`${text}\n`)
  }

  /** What `name` is busy with, in one line with the others, on a terminal only; an empty text takes it away. */
  live(name: string, text: string): void {
    if (!this.#stream.isTTY) return
    if (text === '') this.#live.delete(name)
    else this.#live.set(name, `${name}: ${text}`)
    if (text !== '' && performance.now() - this.#drawnAt < REDRAW_MS) return
    this.#drawnAt = performance.now()
    const line = [...this.#live.values()].join(' | ')
    this.#stream.write(`\r\u001b[K  ${line.slice(0, this.#stream.columns - 3)}`)
  }
}

export const seconds = (milliseconds: number): string => (milliseconds / 1_000).toFixed(1)
