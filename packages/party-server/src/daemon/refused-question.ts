import { MixunError } from '@mixun/core/errors'
import { type Hello, publicCode } from '@mixun/core/session'
import { type IntentReceipt, ledgerId } from '@mixun/ledger-adapter/ledger'
import { REFUNDABLE_REFUSALS } from '@mixun/ledger-adapter/points'
import { encodeSignedRefusal, signRefusal } from '@mixun/ot/keyword-ot'
import type { Home } from '@mixun/sdk/home'
import type { PartyLog } from '../stores/party-log.ts'
import { readQuestion } from './question.ts'
import type { LedgerView } from './view.ts'

/** What a refusal is recorded and signed with. */
export interface RefusalParts {
  readonly home: Home
  readonly view: LedgerView
  readonly log: PartyLog
}

/**
 * Logs a refused question and signs the refusal, bound to its intent. A code that gives points back closes the question
 * first, durably. Nothing is signed for what is no question of its sender to this party, or after an evaluation.
 */
export function refuseQuestion(parts: RefusalParts, hello: Hello, error: unknown): Uint8Array | null {
  const { identity } = parts.home
  const intent = knownQuestion(parts, hello)
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

function knownQuestion(parts: RefusalParts, hello: Hello): IntentReceipt | null {
  try {
    return readQuestion(hello, parts.home.identity.partyId, parts.view)
  } catch (error) {
    if (error instanceof MixunError) return null
    throw error
  }
}
