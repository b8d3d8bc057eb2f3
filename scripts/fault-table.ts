// Writes docs/FAULTS.md: every case of scripts/lib/fault-cases.ts with its code and its test. With --check it writes nothing
// and fails when the document is stale, or a case has no test that exists and names its code.
// Usage: node scripts/fault-table.ts [--check]
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { argv, exit, stderr, stdout } from 'node:process'
import { pathToFileURL } from 'node:url'
import { CODES_PATH } from './lib/error-usage.ts'
import { FAULT_GROUPS } from './lib/fault-cases.ts'
import { faultDocument, faultProblems } from './lib/fault-document.ts'
import { loadWorkspace, REPOSITORY_ROOT } from './lib/workspace.ts'

const DOCUMENT_PATH = 'docs/FAULTS.md'

const checkOnly = argv.includes('--check')
const { ERROR_CODES: codes } = (await import(pathToFileURL(join(REPOSITORY_ROOT, CODES_PATH)).href)) as {
  ERROR_CODES: Record<string, unknown>
}
const problems = faultProblems(FAULT_GROUPS, loadWorkspace(REPOSITORY_ROOT), new Set(Object.keys(codes)))
const document = faultDocument(FAULT_GROUPS)
const path = join(REPOSITORY_ROOT, DOCUMENT_PATH)
if (!checkOnly) writeFileSync(path, document)
else if (readFileSync(path, 'utf8') !== document) {
  problems.push(`${DOCUMENT_PATH} is stale: run node_modules/.bin/node scripts/fault-table.ts`)
}
for (const problem of problems) stderr.write(`${problem}\n`)
const cases = FAULT_GROUPS.flatMap(group => group.cases)
const open = cases.filter(each => each.open !== undefined).length
stdout.write(`fault-table: ${cases.length} cases, ${open} open in part: ${problems.length} problems\n`)
exit(problems.length > 0 ? 1 : 0)
