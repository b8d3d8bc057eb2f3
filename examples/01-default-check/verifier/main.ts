import { parseArgs } from 'node:util'
import { UnreadableInput } from './csv.ts'
import { type Report, formatReport, verify } from './report.ts'

const HELP = `Checks the default-check example's answers against the brokers' exports.
It reads the exports itself and shares no code with the engine.

Usage: node examples/01-default-check/verifier/main.ts --data <folder> --answers <file> [options]

  --data <folder>    the five exports, with expected-*.json when there are any
  --answers <file>   what the example wrote
  --json             print the report as JSON
  --show-ids         print identifiers whole instead of their last four characters
  --help             print this text

Exit code: 0 everything agrees, 1 something disagrees, 2 wrong usage or unreadable input.

Example:
  node examples/01-default-check/verifier/main.ts --data examples/data/brokers --answers answers.json
`

export interface Output {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
}

/** Runs the verifier with command-line arguments and returns the exit code. */
export function main(args: readonly string[], output: Output): 0 | 1 | 2 {
  const options = readOptions(args)
  if ('usage' in options) {
    output.error(`${options.usage}\nTry --help.\n`)
    return 2
  }
  if (options.help) {
    output.out(HELP)
    return 0
  }
  let report: Report
  try {
    report = verify(options.data, options.answers, !options.showIds)
  } catch (cause) {
    if (!(cause instanceof UnreadableInput)) throw cause
    output.error(`cannot verify: ${cause.message}\n`)
    return 2
  }
  output.out(`${options.json ? JSON.stringify(report, null, 2) : formatReport(report)}\n`)
  return report.agrees ? 0 : 1
}

interface Options {
  readonly data: string
  readonly answers: string
  readonly json: boolean
  readonly showIds: boolean
  readonly help: boolean
}

function readOptions(args: readonly string[]): Options | { readonly usage: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        answers: { type: 'string' },
        json: { type: 'boolean', default: false },
        'show-ids': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const { data = '', answers = '', json, help } = values
    if (!help && (data === '' || answers === '')) return { usage: '--data and --answers are both needed' }
    return { data, answers, json, help, showIds: values['show-ids'] }
  } catch (cause) {
    return { usage: cause instanceof Error ? cause.message : String(cause) }
  }
}

if (import.meta.main) {
  process.exitCode = main(process.argv.slice(2), {
    out: text => process.stdout.write(text),
    error: text => process.stderr.write(text),
  })
}
