import { type Arguments, readArguments, UsageError } from './harness/arguments.ts'
import { exitOnSignals } from './harness/clean-up.ts'
import { formatReport } from './harness/report.ts'
import { runScenario } from './harness/run-scenario.ts'
import { resultFile, writeResult } from './harness/write-result.ts'
import { scenarios } from './scenarios/index.ts'

const HELP = `Usage: npm run bench -- [options]

Runs the benchmark scenarios, prints a table of each and stores it with all samples in bench/results/<scenario>.txt
and .json.

Options:
  --list               list the scenarios and their settings
  --only <name>        run this scenario; may be given several times
  --suite <intl|sm>    run the scenarios marked "by suite" in this suite only; both by default
  --set <name=value>   change a setting of the scenarios that have it; may be given several times
  --quick              a few seconds a scenario, to see that it runs; its figures mean nothing and are stored
                       only where --out says
  --json               print each result as one line of JSON instead of a table
  --out <file>         store the result there, and its table as .txt; with one scenario only
  -h, --help           this text

Examples:
  npm run bench
  npm run bench -- --only oprf-steps
  npm run bench -- --only check --set checks=200 --out check-200.json
  npm run bench -- --only check --suite sm
  npm run bench -- --only table-build --quick --json
`

function listing(): string {
  const lines = scenarios.flatMap(({ name, summary, settings, isBySuite }) => [
    `${name}: ${summary}${isBySuite === true ? ' (by suite)' : ''}`,
    ...Object.entries(settings).map(([key, { text, standard }]) => `    ${key}=${standard}  ${text}`),
  ])
  return `${lines.join('\n')}\n`
}

async function run({ chosen, changes, suites, isQuick, asJson, outFile }: Arguments): Promise<void> {
  for (const scenario of chosen) {
    const progress = (text: string) => process.stderr.write(`${scenario.name}: ${text}\n`)
    const result = await runScenario(scenario, { isQuick, changes, suites, progress })
    process.stdout.write(asJson ? `${JSON.stringify(result)}\n` : `${formatReport(result)}\n`)
    const file = outFile ?? (isQuick ? undefined : resultFile(scenario.name))
    if (file !== undefined) writeResult(file, result)
  }
}

exitOnSignals()
try {
  const asked = readArguments(process.argv.slice(2), scenarios)
  if (asked.action === 'run') await run(asked)
  else process.stdout.write(asked.action === 'help' ? HELP : listing())
} catch (error) {
  const text = error instanceof UsageError ? error.message : error instanceof Error ? error.stack : error
  process.stderr.write(`${String(text)}\n`)
  process.exitCode = 1
}
