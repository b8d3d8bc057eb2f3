import type { Answered } from './answers.ts'
import type { Consortium } from './consortium.ts'
import type { Desks } from './desks.ts'
import { askedAnew, consentDocument, FROZEN, type Plan, type Planned, STOPPED } from './inquiries.ts'

/** Asks all inquiries at their firms' risk desks: one after the other at each desk, all desks at once. */
export async function askAll(
  desks: Desks,
  planned: readonly Planned[],
  onAnswer: (done: number) => void = () => {},
): Promise<Answered[]> {
  const answered: Answered[] = []
  const firms = [...desks].map(async ([firm, desk]) => {
    for (const each of planned.filter(({ inquirer }) => inquirer === firm)) {
      const { requestId, subject } = each
      const { idType, idNumber } = subject
      const reply = await desk.ask({ requestId, idType, idNumber, document: consentDocument(each) })
      answered.push({ planned: each, ...reply })
      onAnswer(answered.length)
    }
  })
  await Promise.all(firms)
  return answered.toSorted((a, b) => planned.indexOf(a.planned) - planned.indexOf(b.planned))
}

/** Asks while one firm's daemon is stopped, then starts it again and asks the same anew. */
export async function askWhileStopped(consortium: Consortium, desks: Desks, plan: Plan): Promise<Answered[]> {
  await consortium.stopServing(STOPPED)
  const incomplete = await askAll(desks, plan.stopped)
  await consortium.serve(STOPPED)
  return [...incomplete, ...(await askAll(desks, askedAnew(plan.stopped)))]
}

/** Asks while one firm's daemon is frozen: it holds its connections and says nothing. Then asks the same anew. */
export async function askWhileFrozen(consortium: Consortium, desks: Desks, plan: Plan): Promise<Answered[]> {
  const { child } = consortium.daemon(FROZEN)
  child.kill('SIGSTOP')
  let incomplete: Answered[]
  try {
    incomplete = await askAll(desks, plan.frozen)
  } finally {
    child.kill('SIGCONT')
  }
  return [...incomplete, ...(await askAll(desks, askedAnew(plan.frozen)))]
}
