import { ERROR_CODES, MixunError, stableError } from '@mixun/core/errors'
import { type Language, type Phrase, say } from './language.ts'

/** Where a verb writes: results to standard output (one JSON document with `--json`), progress to standard error. */
export class Output {
  readonly json: boolean
  readonly language: Language
  readonly #progressLines: boolean

  constructor(options: { json: boolean; language: Language; progressLines: boolean }) {
    this.json = options.json
    this.language = options.language
    this.#progressLines = options.progressLines
  }

  /** The result of the verb: `value` for machines, `lines` for people. */
  result(value: object, lines: readonly Phrase[]): void {
    if (this.json) {
      process.stdout.write(`${JSON.stringify(value)}\n`)
      return
    }
    for (const line of lines) process.stdout.write(`${say(this.language, line)}\n`)
  }

  /** A step of long work: overwritten in place on a terminal, a line each with `--progress`, silent otherwise. */
  progress(phrase: Phrase): void {
    if (this.#progressLines) process.stderr.write(`progress: ${say(this.language, phrase)}\n`)
    else if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${say(this.language, phrase)}`)
  }

  endProgress(): void {
    if (process.stderr.isTTY && !this.#progressLines) process.stderr.write('\r\u001b[K')
  }

  /** What the operator should know although the verb goes on. */
  warning(phrase: Phrase): void {
    this.endProgress()
    const text = this.json
      ? JSON.stringify({ warning: say(this.language, phrase) })
      : say(this.language, [`warning: ${phrase[0]}`, `警告：${phrase[1]}`])
    process.stderr.write(`${text}\n`)
  }

  /** A failure with its stable code and the next step. */
  failure(cause: unknown): void {
    this.endProgress()
    const error = stableError(cause)
    process.stderr.write(`${this.json ? JSON.stringify(failureToJson(error)) : this.#failureText(error)}\n`)
  }

  #failureText(error: unknown): string {
    if (!(error instanceof MixunError))
      return `error: ${error instanceof Error ? error.message : String(error)}`
    const { next, nextZh } = ERROR_CODES[error.code]
    return say(this.language, [
      `error ${error.code}: ${error.message}\n  next: ${next}`,
      `错误 ${error.code}：${error.message}\n  下一步：${nextZh}`,
    ])
  }
}

function failureToJson(error: unknown): object {
  if (!(error instanceof MixunError)) {
    return {
      error: { code: 'ERR_INTERNAL', message: error instanceof Error ? error.message : String(error) },
    }
  }
  return { error: { ...error.toJSON(), retryable: error.retryable, nextStep: error.nextStep } }
}

/** Lines of a table whose columns are aligned; East Asian wide characters count twice. */
export function formatTable(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, displayWidth(cell))
    })
  }
  return rows.map(row =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] as number) - displayWidth(cell)))
      .join('  ')
      .trimEnd(),
  )
}

function displayWidth(text: string): number {
  let width = 0
  for (const character of text) {
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        character,
      )
        ? 2
        : 1
  }
  return width
}
