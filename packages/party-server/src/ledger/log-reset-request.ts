import { fromHex, toHex } from '@mixun/core/bytes'
import { partyId } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { LOG_RESET_REASONS, type Payloads } from '@mixun/ledger-adapter/ledger'
import { z } from 'zod'

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`))

const requestSchema = z.strictObject({
  format: z.literal('mixun-log-reset-1'),
  partyId,
  endsIndex: z.int().nonnegative(),
  size: z.int().nonnegative(),
  root: hex(32),
  reason: z.enum(LOG_RESET_REASONS),
  signature: hex(64),
})

/** A firm's signed request to begin its party log anew, as the file that goes to the association. */
export type LogResetRequest = z.infer<typeof requestSchema>

export function writeLogReset({ root, signature, ...rest }: Payloads['party-log-reset']): LogResetRequest {
  return { format: 'mixun-log-reset-1', ...rest, root: toHex(root), signature: toHex(signature) }
}

/** @throws ERR_DECODE_SCHEMA */
export function readLogReset(request: unknown): Payloads['party-log-reset'] {
  const parsed = requestSchema.safeParse(request)
  if (!parsed.success) return fail('ERR_DECODE_SCHEMA', 'expected the file of mixun request-log-reset')
  const { format: _, root, signature, ...rest } = parsed.data
  return { ...rest, root: fromHex(root), signature: fromHex(signature) }
}
