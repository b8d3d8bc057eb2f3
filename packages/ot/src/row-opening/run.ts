/**
 * Row opening: authenticity verification 真实性验证. The provider evaluates the subject of a recorded inquiry in the open, so
 * that anybody can check what its committed table holds about that person.
 *
 *   inquirer(x, τ·s)                          provider(k)
 *   hello(table)               ───────────►   member? table held?                          (session, policy)
 *   intent id, x, τ·s          ───────────►   its intent, which asked here? T = τ·s·H(x)?  (policy, server.ts)
 *                              ◄───────────   Z = k·H(x), DLEQ(G, pk; H(x), Z)
 *   third party: pk, H(x), Z ──► y ──► tags and row keys ──► the rows of the evidence, and what they hold
 *
 * Source: RFC 9497 section 3.3.2 with blind 1. Adversary: malicious on both sides. The provider cannot use another key than
 * the committed one; the inquirer gets F(k, x) for an x that it asked about with a consent on record, and so nothing that it
 * has not had. Leaks: the provider learns the subject; that is what the inquirer decides to tell. Whoever is shown the
 * opening can read the subject's rows of that table until the epoch's key is gone. Not constant time: as keyword OT.
 */
import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import type { OprfKeyPair, OprfSuite } from '../oprf/index.ts'
import {
  decodeRowOpeningRequest,
  decodeRowOpeningResponse,
  encodeRowOpeningRequest,
  encodeRowOpeningResponse,
  type RowOpening,
} from './codec.ts'
import type { RowOpeningRequest } from './messages.ts'
import { ROW_OPENING_PROTOCOL, rowOpeningParametersOf } from './params.ts'
import { acceptDisclosed, evaluateDisclosed } from './server.ts'

/** What {@link runRowOpeningServer} answers with. */
export interface RowOpeningServerOptions {
  readonly oprf: OprfSuite
  readonly key: OprfKeyPair
  /** Policy on the intent: T of an intent of this peer that asked this table. Throws to refuse. */
  readonly admit: (intentId: Uint8Array) => Promise<Uint8Array>
  /** Awaited after the subject was found to be that of T and before the key is used: the durable log entry. Throws to refuse. */
  readonly beforeEvaluate?: (intentId: Uint8Array) => Promise<void>
}

/**
 * The inquirer's side. The result is checked by `verifyRowOpening`.
 *
 * @throws ERR_SESSION_PROTOCOL, ERR_DECODE_…, ERR_PEER_REFUSED and the errors of the session
 */
export async function runRowOpeningClient(
  session: Session,
  oprf: OprfSuite,
  request: RowOpeningRequest,
): Promise<RowOpening> {
  requireRowOpening(session, oprf)
  await session.send(encodeRowOpeningRequest(oprf, request))
  const evaluation = await session.receive()
  decodeRowOpeningResponse(oprf, evaluation)
  return { input: request.input.slice(), evaluation: evaluation.slice() }
}

/**
 * The provider's side. Does not refuse: the caller does.
 *
 * @throws ERR_VERIFY_COMMITMENT, ERR_DECODE_…, ERR_SESSION_PROTOCOL, what `admit` and `beforeEvaluate` throw, and the errors of the session
 */
export async function runRowOpeningServer(session: Session, options: RowOpeningServerOptions): Promise<void> {
  const { oprf, key, admit, beforeEvaluate } = options
  requireRowOpening(session, oprf)
  const request = decodeRowOpeningRequest(oprf, await session.receive())
  const element = await admit(request.intentId)
  const hashed = acceptDisclosed(oprf, element, request)
  await beforeEvaluate?.(request.intentId)
  const response = evaluateDisclosed(oprf, key, hashed, session.random)
  await session.send(encodeRowOpeningResponse(oprf, response))
}

function requireRowOpening({ hello }: Session, oprf: OprfSuite): void {
  const { id } = rowOpeningParametersOf(oprf)
  if (hello.protocol !== ROW_OPENING_PROTOCOL || hello.parameters !== id) {
    fail('ERR_SESSION_PROTOCOL', `expected a ${ROW_OPENING_PROTOCOL} session with ${id}`)
  }
}
