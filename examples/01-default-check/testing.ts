import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Planned } from './inquiries.ts'
import { DATA_FOLDER, type Party, PARTIES } from './parties.ts'

const MAIN = join(import.meta.dirname, 'main.ts')

export interface MainEnded {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the example as a program of its own; `onStderr` gets all of standard error so far. */
export function runMain(
  args: readonly string[],
  onStderr: (text: string, stop: () => void) => void = () => {},
): Promise<MainEnded> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', part => (stdout += part))
  child.stderr.setEncoding('utf8').on('data', part => {
    stderr += part
    onStderr(stderr, () => child.kill('SIGTERM'))
  })
  return new Promise(resolve => child.once('close', code => resolve({ code, stdout, stderr })))
}

/** Copies the exports and changes one open record of one asked subject in `party`'s to disputed; returns whose. */
export function flipStatus(data: string, party: Party, allPlanned: readonly Planned[]): string {
  mkdirSync(data)
  for (const { exportFile } of PARTIES) copyFileSync(join(DATA_FOLDER, exportFile), join(data, exportFile))
  const lines = readFileSync(join(data, party.exportFile), 'utf8').split('\n')
  const rowsOf = ({ subject }: Planned) =>
    lines.flatMap((text, i) => (text.includes(subject.idNumber) && text.includes('未了结') ? [i] : []))
  const target = allPlanned.find(
    planned =>
      planned.subject.records.filter(record => record.firm === party.id).length === 1 &&
      lines.filter(text => text.includes(planned.subject.idNumber)).length === 1 &&
      rowsOf(planned).length === 1,
  ) as Planned
  const [row = -1] = rowsOf(target)
  lines[row] = (lines[row] as string).replace('未了结', '争议中')
  writeFileSync(join(data, party.exportFile), lines.join('\n'))
  return target.subject.idNumber
}

/** A record as one line of text. */
export const recordLine = (record: Readonly<Record<string, string | null>>) =>
  ['firm', 'class', 'kind', 'occurredOn', 'amountFen', 'status'].map(field => record[field]).join(' ')

/** Another digit in the middle of hexadecimal text. */
export function flipHex(hex: string): string {
  const middle = hex.length >> 1
  return `${hex.slice(0, middle)}${hex[middle] === '0' ? '1' : '0'}${hex.slice(middle + 1)}`
}
