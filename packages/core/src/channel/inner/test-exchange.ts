import { utf8 } from '../../bytes/index.ts'
import { MixunError } from '../../errors/index.ts'
import { expectCodeAsync } from '../../testing/index.ts'
import { memoryChannelPair } from '../index.ts'
import { innerPair, type LinkOptions, Memory, prime } from './test-links.ts'
import { type Attack, wire } from './test-wire.ts'

/** What the initiator asks and the responder answers. */
export const QUESTIONS = ['first question', 'second question', 'third question'].map(utf8)
export const ANSWERS = ['first answer', 'second answer'].map(utf8)

/** Both sides after a full handshake. */
export async function resumable(): Promise<Memory> {
  const memory = new Memory()
  await prime(memoryChannelPair(), memory)
  return memory
}

export interface Outcome {
  readonly code: string | null
  /** What each side's application was handed. */
  readonly asked: string[]
  readonly answered: string[]
  readonly sent: ReturnType<typeof wire>['sent']
}

/** Three questions, two answers and a close each way over a wire of the attacker's; the first error ends it. */
export async function exchange(
  attack: Attack | undefined,
  memory: Memory,
  options: LinkOptions & { readonly timeoutMs?: number } = {},
): Promise<Outcome> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? 60_000)
  const { ends, sent, abort } = wire(attack)
  const [near, far] = innerPair(ends, memory, options)
  const asked: string[] = []
  const answered: string[] = []
  const text = (frame: Uint8Array) => Buffer.from(frame).toString()
  const ask = async () => {
    for (const question of QUESTIONS) await near.send(question, { signal })
    await near.close()
    for (const _answer of ANSWERS) answered.push(text(await near.receive({ signal })))
    await expectCodeAsync('ERR_CHANNEL_CLOSED', near.receive({ signal })).catch(error =>
      Promise.reject(error.cause),
    )
  }
  const serve = async () => {
    for (const _question of QUESTIONS) asked.push(text(await far.receive({ signal })))
    for (const answer of ANSWERS) await far.send(answer, { signal })
    await far.close()
    await expectCodeAsync('ERR_CHANNEL_CLOSED', far.receive({ signal })).catch(error =>
      Promise.reject(error.cause),
    )
  }
  try {
    await Promise.all([ask(), serve()])
    return { code: null, asked, answered, sent }
  } catch (error) {
    if (!(error instanceof MixunError)) throw error
    return { code: error.code, asked, answered, sent }
  } finally {
    abort()
  }
}
