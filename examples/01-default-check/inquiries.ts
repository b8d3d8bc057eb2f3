import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATA_FOLDER, FIRMS } from './parties.ts'

/** One entry of expected-answers.json: a subject and every record that any party publishes about it. */
export interface AskedSubject {
  readonly idType: string
  readonly idNumber: string
  readonly records: readonly { readonly firm: string; readonly class: string; readonly kind: string }[]
}

/** One inquiry of the run. */
export interface Planned {
  readonly requestId: string
  /** Firm that asks. */
  readonly inquirer: string
  readonly subject: AskedSubject
  /** Firm that cannot answer while it is asked. */
  readonly absent: string | null
}

export interface Plan {
  readonly ordinary: readonly Planned[]
  /** Asked while {@link STOPPED} is stopped. */
  readonly stopped: readonly Planned[]
  /** Asked while {@link FROZEN} is frozen. */
  readonly frozen: readonly Planned[]
}

export const STOPPED = 'yi'
export const FROZEN = 'bing'

/** Fewest inquiries of a run: one ordinary, two with a stopped firm, one with a frozen firm. */
export const FEWEST_INQUIRIES = 4

/** What subjects can be like, the rarest first; an example run takes some of each. */
const CATEGORIES: readonly ((subject: AskedSubject) => boolean)[] = [
  subject => subject.records.some(record => record.kind === '股票质押式回购黑名单'),
  subject => subject.records.some(record => record.kind === '行政处罚'),
  subject => subject.idType === 'uscc' && subject.records.length === 0,
  subject => subject.idType === 'uscc',
  subject => firmsOf(subject).size > 1,
  subject => subject.records.length > 0,
  () => true,
]

export function readSubjects(): AskedSubject[] {
  return JSON.parse(readFileSync(join(DATA_FOLDER, 'expected-answers.json'), 'utf8')) as AskedSubject[]
}

/**
 * Chooses `count` subjects, the same ones each time, so that every category is met when there is room: subjects whose
 * only record is at the firm that cannot answer, one with no record at all (neither may come out clear), then some of
 * each category. Firms take turns in asking.
 */
export function planInquiries(subjects: readonly AskedSubject[], count: number): Plan {
  const left = new Set(subjects)
  const take = (fits: (subject: AskedSubject) => boolean): AskedSubject => {
    const found = [...left].find(fits)
    if (found === undefined) throw new Error('expected-answers.json has no subject for this inquiry')
    left.delete(found)
    return found
  }
  const onlyAt = (firm: string) =>
    take(subject => subject.records.length > 0 && subject.records.every(record => record.firm === firm))
  const stopped = [onlyAt(STOPPED), take(subject => subject.records.length === 0)]
  const frozen = [onlyAt(FROZEN)]
  const ordinary = byTurns([...left]).slice(0, count - stopped.length - frozen.length)

  let number = 0
  const plan = (subject: AskedSubject, absent: string | null): Planned => {
    const firms = FIRMS.filter(firm => firm.id !== absent)
    const inquirer = firms[number % firms.length]?.id as string
    number += 1
    return { requestId: `credit-2026-${String(number).padStart(4, '0')}`, inquirer, subject, absent }
  }
  return {
    ordinary: ordinary.map(subject => plan(subject, null)),
    stopped: stopped.map(subject => plan(subject, STOPPED)),
    frozen: frozen.map(subject => plan(subject, FROZEN)),
  }
}

/** The same inquiries again, with nobody absent: new request ids, since an id stands for its stored answer. */
export function askedAnew(planned: readonly Planned[], suffix = 'anew'): Planned[] {
  return planned.map(each => ({ ...each, requestId: `${each.requestId}-${suffix}`, absent: null }))
}

/** The investor's authorisation; in a real firm a signed document. */
export function consentDocument({ requestId, inquirer, subject }: Planned): string {
  return `授权书 ${requestId}：本人（${subject.idType} ${subject.idNumber}）授权 ${inquirer} 为授信目的查询 A、B、C 类违约记录。\n`
}

/** One of each category in turn, until all are used up. */
function byTurns(subjects: readonly AskedSubject[]): AskedSubject[] {
  const queues = CATEGORIES.map((): AskedSubject[] => [])
  for (const subject of subjects) queues[CATEGORIES.findIndex(fits => fits(subject))]?.push(subject)
  const longest = Math.max(...queues.map(queue => queue.length))
  return Array.from({ length: longest }, (_, i) => queues.flatMap(queue => queue.slice(i, i + 1))).flat()
}

const firmsOf = (subject: AskedSubject) => new Set(subject.records.map(record => record.firm))
