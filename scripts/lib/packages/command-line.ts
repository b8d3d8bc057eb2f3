import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Consumer } from './consumer.ts'
import { run } from './processes.ts'

/** Founds a consortium with the installed `mixun`: files, CA, keys, database and ledger all have to work. */
export function commandLineProblems({ folder, packages }: Consumer): string[] {
  const server = packages.find(({ name }) => name === '@mixun/party-server')
  const mixun = (...words: readonly string[]) => run(folder, 'npx', '--no-install', 'mixun', ...words)
  const problems: string[] = []
  const version = mixun('--version').stdout.trim()
  if (version !== server?.manifest['version']) problems.push(`mixun --version says ${version}`)
  if (!mixun('--help').stdout.startsWith('Usage: mixun')) problems.push('mixun --help prints no usage')
  const names = ['--consortium', 'Test', '--id', 'association', '--name', 'Association']
  const operators = ['--maker', 'ma.li', '--checker', 'he.jun']
  const where = ['--home', 'association', '--listen', '127.0.0.1:7440']
  const founded = mixun('create-consortium', ...where, ...names, ...operators, '--no-passphrase', '--json')
  if (founded.status !== 0) problems.push(`mixun create-consortium: ${founded.output}`)
  if (!existsSync(join(folder, 'association/data/ledger.db'))) problems.push('no ledger was made')
  const profiles = mixun('import', '--help')
  if (profiles.status !== 0) problems.push(`mixun import --help: ${profiles.output}`)
  return problems
}
