import { wipe } from '@mixun/core/bytes'
import type { ComputePool } from '@mixun/core/compute'
import type { OprfKeyPair, OprfSuite } from '../oprf/index.ts'
import { decodeOutputs, encodeSubjects, jointTableTasks } from './tasks.ts'

/** Subjects of one task: some 40 ms of a thread. */
const PART = 256

/**
 * The outputs of a book's subjects, which is nearly all of the time of a joint table, shared out over a pool that was given
 * `jointTableTasks`. The same bytes as `evaluateInputs` of mode `voprf`; secret.
 *
 * @throws ERR_COMPUTE_…, ERR_KERNEL_VARIABLE_TIME
 */
export async function evaluateSubjectsInPool(
  pool: ComputePool,
  oprf: OprfSuite,
  key: OprfKeyPair,
  inputs: readonly Uint8Array[],
  signal?: AbortSignal,
): Promise<Uint8Array[]> {
  const outputs: Uint8Array[][] = []
  const parts = Array.from({ length: Math.ceil(inputs.length / PART) }, (_, i) => i).values()
  const work = async (): Promise<void> => {
    for (const part of parts) {
      const some = inputs.slice(PART * part, PART * (part + 1))
      const input = encodeSubjects(oprf, key, some)
      const running = pool.run(
        jointTableTasks,
        'evaluateSubjectsTask',
        input,
        signal === undefined ? {} : { signal },
      )
      wipe(input)
      outputs[part] = decodeOutputs(oprf, some.length, await running)
    }
  }
  await Promise.all(Array.from({ length: 2 * pool.concurrency }, work))
  return outputs.flat()
}
