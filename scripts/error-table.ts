// Writes docs/ERRORS.md: every error code, what to do next, and the tests that raise it. With --check it writes nothing
// and fails when the document is stale or a code lacks a test.
// Usage: node scripts/error-table.ts [--check] [root]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { argv, exit, stderr, stdout } from 'node:process'
import { pathToFileURL } from 'node:url'
import { type CodeTable, errorDocument, usageProblems } from './lib/error-document.ts'
import { CODES_PATH, errorUsage } from './lib/error-usage.ts'
import { loadWorkspace, REPOSITORY_ROOT } from './lib/workspace.ts'

const DOCUMENT_PATH = 'docs/ERRORS.md'

const checkOnly = argv.includes('--check')
const root = argv.slice(2).find(argument => !argument.startsWith('--')) ?? REPOSITORY_ROOT
const { ERROR_CODES: codes } = (await import(pathToFileURL(join(root, CODES_PATH)).href)) as {
  ERROR_CODES: CodeTable
}
const usage = errorUsage(loadWorkspace(root))
const document = errorDocument(codes, usage)
const path = join(root, DOCUMENT_PATH)
const problems = usageProblems(codes, usage)
if (!checkOnly) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, document)
} else if (!existsSync(path) || readFileSync(path, 'utf8') !== document) {
  problems.push(`${DOCUMENT_PATH} is stale: run node_modules/.bin/node scripts/error-table.ts`)
}
for (const problem of problems) stderr.write(`${problem}\n`)
const result = problems.length === 0 ? 'no problem' : `${problems.length} problems`
const names = Object.keys(codes)
const tested = names.filter(code => usage.tests.has(code)).length
stdout.write(`error-table: ${names.length} codes, ${tested} of them tested: ${result}\n`)
exit(checkOnly && problems.length > 0 ? 1 : 0)
