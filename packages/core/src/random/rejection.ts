import { fail } from '../errors/index.ts'

/** Draws of one scalar before the source counts as broken: a good one is rejected half the time at most. */
export const MAX_SCALAR_DRAWS = 128

/** A source that gave no scalar in {@link MAX_SCALAR_DRAWS} draws. @throws ERR_RANDOM_SOURCE */
export function refuseSource(id: string): never {
  return fail(
    'ERR_RANDOM_SOURCE',
    `${id}: expected a scalar in ${MAX_SCALAR_DRAWS} draws of the random source`,
  )
}
