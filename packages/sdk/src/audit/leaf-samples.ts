import { binary, recordCodec, text } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { Identity } from '@mixun/core/session'
import { signFor, verifyFor } from '@mixun/core/suite'
import { openCheckpoint, parseCheckpoint, parseNote } from '@mixun/ledger-adapter/checkpoint'
import { type Registry, type TablePayload, verifyUnderAny } from '@mixun/ledger-adapter/ledger'
import { drawLeaves, type LeafSamples, leafSamplesCodec, verifyLeaves } from '@mixun/ot/sealed-table'
import { z } from 'zod'
import { commitmentOf } from '../consortium/verifiers.ts'

const PURPOSE = 'leaf-samples'

const bodyFields = {
  provider: text(32),
  class: text(1),
  epoch: z.number().int().min(1),
  /** Signed note of the checkpoint that draws the leaves. */
  checkpoint: text(4_096),
  samples: binary(1, 262_144),
}
const bodyCodec = recordCodec('leaf samples body', z.strictObject(bodyFields), 300_000)
export const signedLeafSamplesCodec = recordCodec(
  'signed leaf samples',
  z.strictObject({ ...bodyFields, signature: binary(64) }),
  300_000,
)

/**
 * The leaves that a checkpoint draws from the table of an epoch that is over.
 *
 * @throws ERR_LEDGER_CHECKPOINT unless the association signed it after the epoch's last commitment, ERR_EPOCH_STALE
 */
export function sampledLeaves(registry: Registry, table: TablePayload, checkpoint: string): number[] {
  const { provider, class: className, epoch } = table
  const { origin: name, suite, association } = registry.anchor
  const last = registry.tableVersion(provider, className, epoch)
  if (last === undefined || registry.currentTable(provider, className)?.epoch === epoch) {
    return fail('ERR_EPOCH_STALE', 'expected an epoch that is over')
  }
  const { size, root } = openCheckpoint({ name, suite, publicKey: association.publicKey }, checkpoint)
  if (size <= last.index) fail('ERR_LEDGER_CHECKPOINT', 'expected a checkpoint after the last commitment')
  return drawLeaves(commitmentOf(table), root)
}

/** The provider's answer, signed, so that what does not open convicts it before anybody. */
export function signLeafSamples(
  { partyId, signingKey }: Identity,
  table: TablePayload,
  checkpoint: string,
  samples: LeafSamples,
): Uint8Array {
  const { class: className, epoch } = table
  const body = {
    provider: partyId,
    class: className,
    epoch,
    checkpoint,
    samples: leafSamplesCodec.encode(samples),
  }
  return signedLeafSamplesCodec.encode({
    ...body,
    signature: signFor(signingKey, PURPOSE, bodyCodec.encode(body)),
  })
}

/**
 * Checks a signed answer against the ledger alone. The signature comes first: once it holds, whatever fails after it is
 * evidence against the provider.
 *
 * @returns the payloads of the drawn rows; secret
 * @throws ERR_VERIFY_SIGNATURE, ERR_DECODE_…, ERR_LEDGER_CHECKPOINT, ERR_EPOCH_STALE: no answer; ERR_VERIFY_DLEQ,
 * ERR_VERIFY_ROW, ERR_VERIFY_OPEN: an answer that convicts
 */
export function verifyLeafSamples(
  registry: Registry,
  table: TablePayload,
  checkpoint: string,
  signed: Uint8Array,
): Uint8Array[] {
  const { signature, ...body } = signedLeafSamplesCodec.decode(signed)
  const { suite } = registry.anchor
  const isOfTable =
    body.provider === table.provider &&
    body.class === table.class &&
    body.epoch === table.epoch &&
    body.checkpoint === checkpoint
  if (!isOfTable) {
    return fail('ERR_VERIFY_SIGNATURE', 'expected the answer to this sample of this table')
  }
  // A provider that changed its key since it answered cannot disown the answer.
  const keys = registry.signingKeysSince(table.provider, parseCheckpoint(parseNote(checkpoint).text).size)
  verifyUnderAny(keys, key => verifyFor(suite, key, PURPOSE, bodyCodec.encode(body), signature))
  const leaves = sampledLeaves(registry, table, checkpoint)
  return verifyLeaves(suite, commitmentOf(table), leaves, leafSamplesCodec.decode(body.samples))
}
