import type { SuiteId } from '@mixun/core/suite'
import { freePorts, type RunFolder } from '../01-default-check/parties.ts'
import { inParallel, type Processes } from '../01-default-check/processes.ts'
import { idNumberOf, makeBooks, toCsv } from './books.ts'
import { Consortium, type JointResult } from './consortium.ts'
import { plainSum } from './plain-sum.ts'

/** Investors of the books; the last one is in none. */
const INVESTORS = 60

export interface ScenarioOptions {
  readonly folder: RunFolder
  readonly processes: Processes
  readonly suite: SuiteId
  /** Five or more: the first one asks, the last one goes away. */
  readonly firms: number
  readonly cores: number
  /** Told of each step. */
  readonly onStep: (text: string) => void
}

/** One thing that the run showed, and what the plain sum says. */
export interface Checked {
  readonly what: string
  readonly found: string
  readonly expected: string
}

/** From generated books to totals, counts and a comparison; then a firm goes away, and comes back into no set that is void. */
export async function runScenario(options: ScenarioOptions): Promise<readonly Checked[]> {
  const { folder, processes, suite, cores, onStep } = options
  const firms = Array.from({ length: options.firms }, (_, i) => `firm-${String(i + 1).padStart(2, '0')}`)
  const [asker = '', ...others] = firms
  const away = others.at(-1) as string
  const ports = await freePorts(firms.length + 1)
  onStep(`the association founds the consortium and admits ${firms.length} firms`)
  const consortium = await Consortium.found({ folder, processes, suite, firms, ports, cores })
  const books = makeBooks('joint exposure', firms, INVESTORS)
  const files = new Map(
    firms.map(firm => [firm, folder.writeSecret(`${firm}.csv`, toCsv(books.get(firm) ?? []))]),
  )
  onStep('every firm imports, approves and publishes its book as a joint table')
  await inParallel(firms, cores, firm => consortium.publish(firm, files.get(firm) as string))
  const plain = (investor: number, of: readonly string[]) =>
    plainSum(
      of.map(firm => files.get(firm) as string),
      idNumberOf(investor),
    )
  const checked: Checked[] = []
  let requests = 0
  const ask = async (investor: number, consent: string, args: readonly string[]): Promise<JointResult> => {
    const request = ['--consent', consent, '--request-id', `joint-${++requests}`]
    return consortium.joint(asker, idNumberOf(investor), [...request, ...args])
  }
  const open = async (what: string, investor: number, args: readonly string[], expected: string) => {
    const consent = await consortium.consent(asker, idNumberOf(investor))
    const { answer, error } = await ask(investor, consent, args)
    checked.push({ what, found: answer === null ? String(error?.code) : resultOf(answer), expected })
  }
  onStep(`${asker} asks about investors of all others, and of none`)
  const { overdueFen, count } = plain(0, others)
  await open('sum, investor 0', 0, ['--of', 'overdue'], String(overdueFen))
  await open('count, investor 0', 0, ['--of', 'count'], String(count))
  await open('at least the sum', 0, ['--of', `at-least:${overdueFen}`], 'true')
  await open('at least one fen more', 0, ['--of', `at-least:${overdueFen + 1n}`], 'false')
  await open('sum, investor 7', 7, [], String(plain(7, others).overdueFen))
  await open('sum, an investor in no book', INVESTORS - 1, [], '0')

  onStep(`${away} goes away: nothing opens, then the query is void and asked of the others`)
  await consortium.stopServing(away)
  const consent = await consortium.consent(asker, idNumberOf(0))
  const request = ['--consent', consent, '--request-id', 'with-one-away']
  const refused = await consortium.joint(asker, idNumberOf(0), request)
  const missing = `${refused.error?.code} ${refused.error?.details.missing}`
  checked.push({ what: 'with one firm away', found: missing, expected: `ERR_JOINT_MISSING ${away}` })
  await new Promise(resolve => setTimeout(resolve, 1_500))
  const { answer, error } = await consortium.joint(asker, idNumberOf(0), [...request, '--without-missing'])
  const left = others.filter(firm => firm !== away)
  checked.push({
    what: `sum without ${away}`,
    found:
      answer === null
        ? String(error?.code)
        : `${resultOf(answer)} of ${answer.firms} without ${answer.without}`,
    expected: `${plain(0, left).overdueFen} of ${left.length} without ${away}`,
  })
  // It is back, and the sum with it would give its amount away.
  await consortium.serve(away)
  const again = await ask(0, consent, [])
  checked.push({
    what: 'the sum with it, once more',
    found: String(again.error?.code),
    expected: 'ERR_JOINT_OPENED',
  })
  await consortium.stopAll()
  return checked
}

function resultOf({ total, isAtLeast }: NonNullable<JointResult['answer']>): string {
  return total ?? String(isAtLeast)
}
