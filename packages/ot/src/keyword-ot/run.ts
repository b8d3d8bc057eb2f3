/**
 * Keyword oblivious transfer, the online part: one evaluation of one (provider, class, epoch) for one recorded intent.
 * With y the inquirer finds and opens the subject's rows in the sealed table it already holds.
 *
 *   inquirer(x, τ·s)                                   provider(k)
 *   hello(intent's receipt)        ──────────────►     member? on record? scope?                 (session, policy)
 *   B = ρ·T, proof of ρ            ─── 96 bytes ──►    verify proof; log durably; then Z = k·B
 *                                  ◄── 168 bytes ──    Z, DLEQ(G, pk; B, Z), time, signature of the receipt
 *   verify proof and receipt
 *   N = ρ⁻¹·Z with a proof of it, erase ρ; y = Hash(x, (τ·s)⁻¹·N)                                      (transcript.ts)
 *
 * RFC 9497 section 3.3.2 with blind ρ·τ·s; consent-bound blinding as ARCHITECTURE section 1 (consent-blinding/). The
 * DLEQ proof binds neither session nor inquirer and is transferable: the signed evaluation receipt is what does.
 *
 * Adversary: malicious on both sides. The inquirer gets F(k, x) for the committed x only (one-more gap
 * Diffie–Hellman, knowledge of ρ); the proof of ρ is bound to session, roles, intent and key, so that it cannot be
 * replayed. The provider cannot use another key than the committed one.
 *
 * Leaks: the provider learns that this inquirer asks about this intent, and when; nothing of x or of the result. The
 * exchange is the same, byte for byte in number and length, whether the table has rows for x or not. A provider that
 * was asked twice for one T knows it is the same intent.
 *
 * Not constant time: a group below it that is a BigInt reference (P-256); scalars are dropped, not wiped.
 */
import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import type { OprfKeyPair, OprfSuite } from '../oprf/index.ts'
import type { KeywordOtBinding } from './binding.ts'
import { discard, finish, type KeywordOtResult, request } from './client.ts'
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse } from './codec.ts'
import type { KeywordOtResponse, KeywordOtStatement } from './messages.ts'
import { KEYWORD_OT_PROTOCOL, keywordOtParametersById } from './params.ts'
import { accept, answer } from './server.ts'

/** What {@link runKeywordOtClient} asks, after the intent is on record. */
export interface KeywordOtClientOptions {
  readonly oprf: OprfSuite
  readonly statement: KeywordOtStatement
  /** x, the subject's encoding; secret. */
  readonly input: Uint8Array
  /** τ·s, from `combineBlind`; secret. */
  readonly blind: Uint8Array
}

/** What {@link runKeywordOtServer} answers with, and its last word before the key is used. */
export interface KeywordOtServerOptions {
  readonly oprf: OprfSuite
  /** From the intent's receipt, and the key of the asked table. */
  readonly statement: KeywordOtStatement
  readonly key: OprfKeyPair
  /** Awaited after the proof of ρ holds and before the key is used: the durable log entry. Throws to refuse. */
  readonly beforeEvaluate?: (digests: { readonly requestDigest: Uint8Array }) => Promise<void>
  /** The clock, in Unix milliseconds; `Date.now` outside tests. */
  readonly now?: () => number
}

/**
 * The inquirer's side.
 *
 * @throws ERR_VERIFY_COMMITMENT (nothing is sent), ERR_VERIFY_DLEQ, ERR_VERIFY_SIGNATURE, ERR_DECODE_…,
 * ERR_SESSION_PROTOCOL when the session is of something else, ERR_PEER_REFUSED and the errors of the session
 */
export async function runKeywordOtClient(
  session: Session,
  options: KeywordOtClientOptions,
): Promise<KeywordOtResult> {
  const { oprf, statement } = options
  const binding = bindingOf(session, oprf, statement, session.identity.partyId, session.peer.partyId)
  const { state, message } = request(binding, options.input, options.blind, session.random)
  const requestBytes = encodeRequest(oprf, message)
  let response: KeywordOtResponse
  try {
    session.transcript.absorb('keyword-ot request', requestBytes)
    await session.send(requestBytes)
    const responseBytes = await session.receive()
    session.transcript.absorb('keyword-ot response', responseBytes)
    response = decodeResponse(oprf, binding.suite, responseBytes)
  } catch (error) {
    discard(state)
    throw error
  }
  return finish(binding, state, response, session.peer.publicKey, session.random)
}

/**
 * The provider's side. Does not refuse: the caller logs a failure and answers it with `session.refuse`.
 *
 * @throws ERR_VERIFY_BLINDING and ERR_DECODE_… before the key is touched, ERR_SESSION_PROTOCOL, ERR_INPUT_RANGE when
 * `key` is not the statement's, what `beforeEvaluate` throws, and the errors of the session
 */
export async function runKeywordOtServer(
  session: Session,
  options: KeywordOtServerOptions,
): Promise<{ receipt: Uint8Array; receiptSignature: Uint8Array }> {
  const { oprf, statement, key } = options
  const binding = bindingOf(session, oprf, statement, session.peer.partyId, session.identity.partyId)
  const requestBytes = await session.receive()
  const accepted = accept(binding, decodeRequest(oprf, requestBytes))
  session.transcript.absorb('keyword-ot request', requestBytes)
  await options.beforeEvaluate?.({ requestDigest: accepted.requestDigest })
  const evaluatedAt = (options.now ?? Date.now)()
  const { signingKey } = session.identity
  const { message, receipt } = answer(binding, accepted, key, signingKey, evaluatedAt, session.random)
  const responseBytes = encodeResponse(oprf, binding.suite, message)
  session.transcript.absorb('keyword-ot response', responseBytes)
  await session.send(responseBytes)
  return { receipt, receiptSignature: message.receiptSignature }
}

/** What the session and the statement say together; they must agree on protocol, parameters, roles and table. */
function bindingOf(
  session: Session,
  oprf: OprfSuite,
  statement: KeywordOtStatement,
  inquirer: string,
  provider: string,
): KeywordOtBinding {
  const { hello, transcript, identity } = session
  const { dataset } = hello
  const parameters = keywordOtParametersById(hello.parameters)
  const isSameTable =
    dataset?.provider === statement.provider &&
    dataset.class === statement.class &&
    dataset.epoch === statement.epoch
  if (
    hello.protocol !== KEYWORD_OT_PROTOCOL ||
    parameters.oprf.id !== oprf.id ||
    provider !== statement.provider ||
    !isSameTable
  ) {
    fail('ERR_SESSION_PROTOCOL', 'expected a keyword-ot session with the provider and of the table asked for')
  }
  return {
    suite: identity.suite,
    parameters,
    sessionId: session.id,
    transcriptDigest: transcript.digest(),
    inquirer,
    statement,
  }
}
