import { toHex } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { type Hello, publicCode } from '@mixun/core/session'
import { ledgerId, type SignedEntry, signedEntryCodec } from '@mixun/ledger-adapter/ledger'
import { REFUNDABLE_REFUSALS } from '@mixun/ledger-adapter/points'
import { encodeSignedRefusal, signRefusal } from '@mixun/ot/keyword-ot'
import { type Home, writeFileDurably } from '@mixun/sdk/home'
import type { PartyLog } from '../stores/party-log.ts'
import { isBeforeReset, type ReadQuestion, readQuestion } from './question.ts'
import type { LedgerView } from './view.ts'

/** What a refusal is recorded and signed with. */
export interface RefusalParts {
  readonly home: Home
  readonly view: LedgerView
  readonly log: PartyLog
}

/**
 * Logs a refused question and signs the refusal, bound to its intent. A code that gives points back closes the question
 * first, durably. Nothing is signed for what is no question of its sender to this party, or after an evaluation, also one
 * that only a lost log would show.
 */
export function refuseQuestion(parts: RefusalParts, hello: Hello, error: unknown): Uint8Array | null {
  const { identity } = parts.home
  const question = knownQuestion(parts, hello)
  const intent = question?.intent ?? null
  if (question?.fillIn != null && error instanceof MixunError && error.code === 'ERR_INTENT_USED') {
    keepSecondUse(parts, question.intent.intentId, question.fillIn)
  }
  parts.log.refused({
    inquirer: hello.sender,
    class: hello.dataset?.class ?? '',
    epoch: hello.dataset?.epoch ?? 0,
    sessionId: hello.sessionId,
    intentId: intent?.intentId ?? null,
    requestDigest: null,
    code: error instanceof MixunError ? error.code : 'ERR_INTERNAL',
  })
  const { dataset } = hello
  if (intent === null || dataset === null) return null
  if (isBeforeReset(parts.view.registry, identity.partyId, intent)) return null
  const { intentId } = intent
  const code = publicCode(error)
  const isOpen = REFUNDABLE_REFUSALS.has(code)
    ? parts.log.close(intentId, dataset.class, code) === code
    : !parts.log.isAsked(intentId, dataset.class)
  if (!isOpen) return null
  const refusal = {
    version: 1 as const,
    ledger: ledgerId(parts.view.anchor),
    intentId,
    provider: identity.partyId,
    inquirer: intent.inquirer,
    class: dataset.class,
    epoch: dataset.epoch,
    code,
    refusedAt: Date.now(),
  }
  return encodeSignedRefusal(signRefusal(identity.signingKey, refusal))
}

/** Two fill-ins of one intent, both signed by its inquirer, are evidence against it. */
function keepSecondUse({ home, log }: RefusalParts, intentId: Uint8Array, fillIn: SignedEntry): void {
  const intent = toHex(intentId)
  const first = log.fillIns.of(intentId)
  const second = toHex(signedEntryCodec.encode(fillIn))
  const evidence = { intent, code: 'ERR_INTENT_USED', first: first && toHex(first), second }
  writeFileDurably(home.paths.intentFinding(intent), JSON.stringify(evidence, null, 2))
}

function knownQuestion(parts: RefusalParts, hello: Hello): ReadQuestion | null {
  try {
    return readQuestion(hello, parts.home.identity.partyId, parts.view)
  } catch (error) {
    if (error instanceof MixunError) return null
    throw error
  }
}
