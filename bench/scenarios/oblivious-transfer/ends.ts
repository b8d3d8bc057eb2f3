import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Session } from '@mixun/core/session'
import { openOtReceiver, openOtSender } from '@mixun/ot/oblivious-transfer'
import { setUpOtReceiver, setUpOtSender } from '@mixun/ot/ot-extension'
import { measureRun, type RunFigures } from '../../harness/two-ends.ts'
import type { TwoRoles } from '../../harness/two-roles.ts'

/** What one side of a run comes to: its chunks, after two that warm up. */
export interface EndFigures extends RunFigures {
  /** Base OTs and trees, ms. */
  readonly setupMs: number
  /** Heap and buffers that are alive behind the last chunk, MiB. */
  readonly liveMiB: number
}

/** Takes `count` random OTs and drops them, as a consumer would after using them. */
export async function measureEnd(role: TwoRoles, session: Session, count: number): Promise<EndFigures> {
  const start = performance.now()
  const end =
    role === 'sender'
      ? await openOtSender(session, await setUpOtSender(session))
      : await openOtReceiver(session, await setUpOtReceiver(session))
  const setupMs = performance.now() - start
  const drain = async (some: number): Promise<void> => {
    for await (const ots of end.random(some)) if (ots.count < 1) throw new Error('expected OTs')
  }
  await drain(2 * end.parameters.chunkCount)
  const figures = await measureRun(session, () => drain(count))
  const liveMiB = liveBytes() / 2 ** 20
  end.end()
  return { setupMs, liveMiB, ...figures }
}

/** What the collector leaves: the rest of a process is garbage, Node itself and what its allocator keeps. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
