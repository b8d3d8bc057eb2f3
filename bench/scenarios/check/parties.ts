import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '@mixun/core/testing'
import { Consortium } from '@mixun/sdk/consortium'
import { ASSOCIATION, type BenchConsortium, type Export } from '../../harness/consortium/consortium.ts'
import { madeExport, subjectNumber } from '../../harness/consortium/made-records.ts'
import { openHome } from '../../harness/consortium/passphrase.ts'
import type { InquirerInput } from './messages.ts'

export const INQUIRER = 'jia'
export const PROVIDERS = ['yi', 'bing', 'ding'] as const
const FIRMS = [INQUIRER, ...PROVIDERS]

/** Subjects on the association's class A lists, half of them public. */
const LISTED = 100

/**
 * What each party reports. Firm number f has records of `subjects` subjects from number f · 3/4 · `subjects` on, so that
 * each shares a quarter with the next; the association lists the first of all.
 */
export function exportsOf(subjects: number): ReadonlyMap<string, Export> {
  const firms = FIRMS.map((firm, f): [string, Export] => [
    firm,
    madeExport('BC', firstOf(f, subjects), subjects, seededRandom(`bench ${firm}`)),
  ])
  return new Map([[ASSOCIATION, madeExport('A', 0, LISTED, seededRandom('bench association'))], ...firms])
}

/** Starts the association and the four firms. */
export async function startParties(consortium: BenchConsortium, subjects: number): Promise<void> {
  const exported = exportsOf(subjects)
  await consortium.found(exported.get(ASSOCIATION))
  await Promise.all(FIRMS.map(firm => consortium.join(firm, exported.get(firm))))
}

/** `count` subjects from the `skip`-th on: every second one has records, of one or more parties. */
export function subjectsToAsk(count: number, skip: number, subjects: number): InquirerInput['subjects'] {
  const known = firstOf(FIRMS.length - 1, subjects) + subjects
  return Array.from({ length: count }, (_, i) => {
    const ordinal = skip + i
    // Steps of a prime spread the questions over all firms.
    const index = ordinal % 2 === 0 ? (ordinal * 37) % known : known + ordinal
    const holders = FIRMS.filter(
      (_, f) => index >= firstOf(f, subjects) && index < firstOf(f, subjects) + subjects,
    )
    return { number: subjectNumber(index), records: holders.length + (index < LISTED ? 1 : 0) }
  })
}

/** Makes the inquirer dial the relays instead of the parties. */
export async function redirect(
  consortium: BenchConsortium,
  relayOf: (party: string) => string,
): Promise<void> {
  for (const firm of PROVIDERS) {
    const member = Consortium.open(openHome(consortium.home(firm)))
    await member.append('member-address', { partyId: firm, address: relayOf(firm) })
    await member.close()
  }
  const file = join(consortium.home(INQUIRER), 'config.toml')
  const direct = `"${consortium.address(ASSOCIATION)}"`
  writeFileSync(file, readFileSync(file, 'utf8').replace(direct, `"${relayOf(ASSOCIATION)}"`))
}

const firstOf = (firm: number, subjects: number) => Math.floor((firm * subjects * 3) / 4)
