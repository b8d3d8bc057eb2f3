import type { AnswerJson } from '@mixun/sdk'
import { join } from 'node:path'
import type { DeskReply, DeskRequest, Inquiry, Points } from './desk-messages.ts'
import { FIRMS, type RunFolder } from './parties.ts'
import { inParallel, type Processes, type Running } from './processes.ts'

const RISK_DESK = join(import.meta.dirname, 'risk-desk.ts')

type RequestBody = { readonly inquiry: Inquiry } | { readonly points: true }

/** The running risk desk of one firm. */
export class Desk {
  readonly #running: Running
  readonly #waiting = new Map<number, (reply: DeskReply) => void>()
  #lastId = 0

  private constructor(running: Running) {
    this.#running = running
  }

  static async start(firm: string, folder: RunFolder, processes: Processes): Promise<Desk> {
    const program = {
      name: `risk desk of ${firm}`,
      file: RISK_DESK,
      arguments: ['--home', folder.home(firm)],
      environment: folder.environment(firm),
    }
    const running = processes.start(program, folder.log(`${firm}-risk-desk`))
    const desk = new Desk(running)
    await running.ready(line => desk.#receive(JSON.parse(line) as DeskReply))
    return desk
  }

  async ask(inquiry: Inquiry): Promise<{ answer: AnswerJson; milliseconds: number }> {
    const reply = await this.#request({ inquiry })
    if (!('answer' in reply)) throw this.#failure(inquiry.requestId, reply)
    return reply
  }

  async points(): Promise<Points> {
    const reply = await this.#request({ points: true })
    if (!('points' in reply)) throw this.#failure('points', reply)
    return reply.points
  }

  /** No more requests; waits until the desk has ended. @throws ProgramFailed */
  async close(): Promise<void> {
    this.#running.child.stdin?.end()
    const how = await this.#running.ended
    if (how !== 'ended with 0') throw this.#running.failure(how)
  }

  #request(body: RequestBody): Promise<DeskReply> {
    const id = ++this.#lastId
    const request: DeskRequest = { id, ...body }
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, resolve)
      void this.#running.ended.then(how => this.#waiting.has(id) && reject(this.#running.failure(how)))
      this.#running.child.stdin?.write(`${JSON.stringify(request)}\n`)
    })
  }

  #receive(reply: DeskReply): void {
    this.#waiting.get(reply.id)?.(reply)
    this.#waiting.delete(reply.id)
  }

  #failure(what: string, reply: DeskReply): Error {
    const error = 'error' in reply ? reply.error : { code: 'ERR_INTERNAL', message: 'unexpected reply' }
    return new Error(`${this.#running.name}, ${what}: ${error.code}: ${error.message}`)
  }
}

/** The risk desks of all firms, by party id. */
export type Desks = ReadonlyMap<string, Desk>

export async function startDesks(folder: RunFolder, processes: Processes, cores: number): Promise<Desks> {
  const desks = await inParallel(FIRMS, cores, ({ id }) => Desk.start(id, folder, processes))
  return new Map(FIRMS.map(({ id }, i) => [id, desks[i] as Desk]))
}

export async function closeDesks(desks: Desks): Promise<void> {
  await Promise.all([...desks.values()].map(desk => desk.close()))
}
