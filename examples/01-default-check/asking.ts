import type { Answered } from './answers.ts'
import type { Consortium } from './consortium.ts'
import type { Desks } from './desks.ts'
import { askedAnew, consentDocument, FROZEN, type Plan, type Planned, STOPPED } from './inquiries.ts'
import { inParallel } from './processes.ts'

/** Inquiries that one firm has under way at a time. */
const IN_FLIGHT = 3

/** Asks all inquiries, each at its firm's risk desk; all firms at once. Answers in the order of `planned`. */
export async function askAll(
  desks: Desks,
  planned: readonly Planned[],
  onAnswer: (done: number) => void = () => {},
): Promise<Answered[]> {
  const answered: Answered[] = []
  const order = new Map(planned.map((each, i) => [each, i]))
  let done = 0
  const firms = [...desks].map(([firm, desk]) =>
    inParallel(
      planned.filter(each => each.inquirer === firm),
      IN_FLIGHT,
      async each => {
        const { requestId, subject } = each
        const { idType, idNumber } = subject
        const reply = await desk.ask({ requestId, idType, idNumber, document: consentDocument(each) })
        answered[order.get(each) as number] = { planned: each, ...reply }
        onAnswer(++done)
      },
    ),
  )
  await Promise.all(firms)
  return answered
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
