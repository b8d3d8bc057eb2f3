import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import type { OprfSuite } from '../oprf/params.ts'

/**
 * A source from which `group.randomScalar` draws exactly these encoded scalars, in this order: how published vectors
 * fix blinds and proof nonces without a second entry point into the steps. Never for real data.
 */
export function fixedScalars(suite: OprfSuite, scalars: readonly Uint8Array[]): RandomSource {
  const rest = [...scalars]
  return {
    bytes(length) {
      const next = rest.shift()
      if (next?.length !== length) fail('ERR_INPUT_LENGTH', 'expected one more fixed scalar of this length')
      // randomScalar reads big-endian bytes in every group; ristretto255 encodes scalars little-endian.
      return suite.group.id === 'ristretto255' ? next.toReversed() : next.slice()
    },
  }
}
