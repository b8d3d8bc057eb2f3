import { existsSync, readFileSync } from 'node:fs'
import { binary, recordCodec, text } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { systemRandom } from '@mixun/core/random'
import type { TablePayload } from '@mixun/ledger-adapter/ledger'
import { openLeaves } from '@mixun/ot/sealed-table'
import { sampledLeaves, signLeafSamples } from '@mixun/sdk/audit'
import { writeSecretFile } from '@mixun/sdk/home'
import { z } from 'zod'
import { readPublishedTable } from '../publish/published-table.ts'
import { openVault } from '@mixun/sdk/store'
import { type ProviderParts, requirePublished, type Service } from './services.ts'

export const LEAF_SAMPLING_PROTOCOL = 'leaf-sampling'
export const LEAF_SAMPLING_PARAMETERS = 'leafsampling_16'
const MAX_SAMPLING_MS = 600_000

export const takenSampleCodec = recordCodec(
  'leaf sample',
  z.strictObject({ checkpoint: text(4_096), answer: binary(1, 300_000) }),
  310_000,
)

/**
 * Samples of an epoch that is over, for the association alone and once an epoch: the checkpoint of its hello draws the
 * rows, and a second one, which would draw others, is refused.
 */
export function leafSamplingService(parts: ProviderParts): Service {
  return {
    protocol: LEAF_SAMPLING_PROTOCOL,
    parameters: [LEAF_SAMPLING_PARAMETERS],
    maxSessionMs: MAX_SAMPLING_MS,
    admit: async hello => {
      const { partyId } = parts.view.anchor.association
      if (hello.sender !== partyId) fail('ERR_SAMPLE_REFUSED', `expected ${partyId} to sample`)
      const table = await requirePublished(parts, hello, true)
      const checkpoint = hello.checkpoint ?? fail('ERR_SAMPLE_REFUSED', 'expected a checkpoint')
      return async session => session.send(answerOnce(parts, table, checkpoint))
    },
  }
}

function answerOnce(parts: ProviderParts, table: TablePayload, checkpoint: string): Uint8Array {
  const { home, view } = parts
  const { class: className, epoch } = table
  const file = home.paths.leafSample(className, epoch)
  const place = `leaf-sample/${className}/${epoch}`
  if (existsSync(file)) {
    const taken = takenSampleCodec.decode(openVault(home).open(place, readFileSync(file)))
    if (taken.checkpoint === checkpoint) return taken.answer
    return fail('ERR_SAMPLE_REFUSED', 'the leaves of this epoch were sampled before')
  }
  const leaves = sampledLeaves(view.registry, table, checkpoint)
  const key = parts.tables.key(table)
  const published = readPublishedTable(home, view.registry, table)
  const samples = openLeaves(published, key, leaves, systemRandom)
  const answer = signLeafSamples(home.identity, table, checkpoint, samples)
  // Durable before it leaves: otherwise a crash would let the rows be drawn again.
  writeSecretFile(file, openVault(home).seal(place, takenSampleCodec.encode({ checkpoint, answer })))
  return answer
}
