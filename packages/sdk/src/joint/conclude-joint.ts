import { utf8 } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import {
  type AppendReceipt,
  appendReceiptCodec,
  entryCodec,
  type JointOutcomePayload,
} from '@mixun/ledger-adapter/ledger'
import type { Consortium } from '../consortium/consortium.ts'
import { ending, inSession, type MissingFirm } from './ask-joint.ts'
import type { BegunQuery, Call } from './joint-call.ts'
import { JOINT_FRAME_PARAMETERS, JOINT_MISSING_PROTOCOL, signedJointStatementCodec } from './protocols.ts'

/** How long the association may take to look for a firm itself, in milliseconds. */
const MISSING_TIMEOUT_MS = 20_000

/** One outcome an intent: the entry is kept before it leaves, and the same is sent again after a cut. */
export async function conclude(
  { parts }: Call,
  { stored }: BegunQuery,
  payload: JointOutcomePayload,
): Promise<AppendReceipt> {
  const { consortium, jointQueries } = parts
  const kept = sameEnd(jointQueries.get(stored.intentId).outcome, payload, consortium)
  const append = async (bytes: Uint8Array | null) => {
    const entry = bytes === null ? consortium.makeEntry('joint-outcome', payload) : entryCodec.decode(bytes)
    if (bytes === null) jointQueries.concluded(stored.intentId, entryCodec.encode(entry))
    return (await consortium.appendEntry(entry)).receipt
  }
  try {
    return await append(kept)
  } catch (error) {
    // A reader that came since, or an outcome that was never taken.
    const isOld = kept !== null && error instanceof MixunError && !error.code.startsWith('ERR_CHANNEL_')
    const isForNewReader = error instanceof MixunError && error.code === 'ERR_LEDGER_ENVELOPE'
    if (!isOld && !isForNewReader) throw error
    await consortium.sync()
    return append(null)
  }
}

/** Ends a query for a firm that is missing: by its own signed word, or by the association's. */
export async function voidFor(call: Call, query: BegunQuery, firm: MissingFirm): Promise<void> {
  const { consortium } = call.parts
  const { intentId, tables } = query.intent
  const by = firm.refusal === null ? ('association' as const) : ('provider' as const)
  const signed = firm.refusal ?? (await statementOfAbsence(call, query, firm.provider))
  const missing = { provider: firm.provider, by, ...signed }
  const providers = tables.map(({ provider }) => provider)
  await conclude(call, query, { intentId, providers, ready: [], missing })
  await consortium.sync()
}

/** @throws ERR_JOINT_EARLY, ERR_JOINT_PRESENT, ERR_CHANNEL_… */
async function statementOfAbsence({ parts, options }: Call, { receipt }: BegunQuery, provider: string) {
  const { consortium } = parts
  const association = consortium.anchor.association.partyId
  const request = {
    protocol: JOINT_MISSING_PROTOCOL,
    parameters: JOINT_FRAME_PARAMETERS,
    consentReference: appendReceiptCodec.encode(receipt),
    signal: ending(options.signal, MISSING_TIMEOUT_MS),
  }
  try {
    return await inSession(consortium, association, request, async session => {
      await session.send(utf8(provider))
      return signedJointStatementCodec.decode(await session.receive())
    })
  } catch (error) {
    const peerCode = error instanceof MixunError ? error.details['peerCode'] : undefined
    if (peerCode === 'ERR_JOINT_EARLY' || peerCode === 'ERR_JOINT_PRESENT') {
      fail(peerCode, `the association does not state yet that ${provider} is missing`, {
        details: { missing: provider },
        cause: error,
      })
    }
    throw error
  }
}

/** The outcome that was made before, when it ends the query the same way. */
function sameEnd(
  kept: Uint8Array | null,
  { missing }: JointOutcomePayload,
  { registry }: Consortium,
): Uint8Array | null {
  if (kept === null) return null
  const read = registry.read(entryCodec.decode(kept))
  const isSame = read.kind === 'joint-outcome' && (read.payload.missing === null) === (missing === null)
  return isSame ? kept : null
}
