/**
 * Oblivious pseudorandom function, RFC 9497, base mode (0x00) and verifiable mode (0x01): the client learns
 * `y = F(k, x)` for its inputs, the server learns how many there are.
 *
 *   client(x, pk)                             server(k, pk)
 *   B = r·H(x)             ──── B[1…m] ────►
 *                          ◄─── Z[1…m], π ──  Z = k·B, π = DLEQ(G, pk; B, Z)   (π in the verifiable mode)
 *   verify π, y = Hash(x, r⁻¹·Z)
 *
 * Adversary: malicious on both sides. The client's inputs are hidden unconditionally; pseudorandomness rests on
 * one-more gap Diffie–Hellman in the random-oracle model (RFC 9497 section 7.2.1), and m answers give m outputs, of
 * any inputs the client likes: consent is checked in `keyword-ot`, not here. In the base mode the server may use any
 * key.
 *
 * One proof is relied on for MAX_PROVEN_BATCH inputs only, because forging RFC 9497's proof of a large batch is cheap.
 *
 * Leaks: the number of inputs. The proof binds neither session nor client and is transferable. About ½·log2 Q bits
 * of the key's strength are lost to Q evaluations, so that keys rotate (MAX_EVALUATIONS_PER_KEY).
 *
 * Not constant time: a group under it that is a BigInt reference (P-256); secret scalars cannot be wiped.
 */
import { wipe } from '@mixun/core/bytes'
import type { ComputePool } from '@mixun/core/compute'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import type { Session } from '@mixun/core/session'
import { blind, finalize } from './client.ts'
import {
  decodeBlindRequest,
  decodeEvaluateResponse,
  encodeBlindRequest,
  encodeEvaluateResponse,
} from './codec.ts'
import { checkProvenBatch, type ProofOptions } from './dleq.ts'
import { decodePublicKey, type OprfKeyPair } from './keys.ts'
import type { BlindRequest, EvaluateResponse } from './messages.ts'
import type { OprfMode, OprfSuite } from './params.ts'
import { evaluate, evaluateWithProof, joinParts } from './server.ts'
import { decodeEvaluatedPart, encodePart, oprfTasks } from './tasks.ts'

/** Elements that no pool is troubled with: two milliseconds of work. */
const MIN_PART = 16
/** Elements of one task at most: ten milliseconds, after which an inline pool lets the event loop have its turn. */
const MAX_PART = 64

/** What {@link runOprfClient} asks: up to `MAX_BATCH` secret inputs under one key. */
export interface OprfClientOptions extends ProofOptions {
  readonly suite: OprfSuite
  readonly mode: OprfMode
  readonly inputs: readonly Uint8Array[]
  /** The server's committed key; required in the verifiable mode. */
  readonly publicKey?: Uint8Array
}

/** What {@link runOprfServer} answers with. */
export interface OprfServerOptions {
  readonly suite: OprfSuite
  readonly mode: OprfMode
  readonly key: OprfKeyPair
  /** Threads for the batches of the verifiable mode; the pool was given `oprfTasks`. The caller's own without it. */
  readonly compute?: ComputePool
}

/**
 * The client's side over a session whose hello names the mode as protocol and the suite as parameters.
 *
 * @throws ERR_INPUT_PROOF_BATCH before anything is sent, ERR_VERIFY_DLEQ, ERR_DECODE_…, ERR_INPUT_…, ERR_SESSION_PROTOCOL and the errors of the session
 */
export async function runOprfClient(session: Session, options: OprfClientOptions): Promise<Uint8Array[]> {
  const { suite, mode } = options
  checkHello(session, suite, mode)
  if (mode === 'voprf') checkProvenBatch(options.inputs.length, options)
  const publicKey = options.publicKey && decodePublicKey(suite, options.publicKey)
  const { state, message } = blind(suite, mode, options.inputs, session.random)
  await session.send(encodeBlindRequest(suite, message))
  const response = decodeEvaluateResponse(suite, mode, await session.receive())
  return finalize(suite, state, response, publicKey, options)
}

/** The server's side. Does not refuse: the caller answers a failure with `session.refuse`. */
export async function runOprfServer(session: Session, options: OprfServerOptions): Promise<void> {
  const { suite, mode } = options
  checkHello(session, suite, mode)
  const request = decodeBlindRequest(suite, await session.receive())
  const response = await respond(session, options, request)
  await session.send(encodeEvaluateResponse(suite, mode, response))
}

/**
 * `evaluateWithProof` with the batch shared out over a pool that was given `oprfTasks`. The elements must have been
 * decoded, so checked, before; the response is the same bytes.
 *
 * @throws ERR_COMPUTE_…, ERR_KERNEL_VARIABLE_TIME
 */
export async function evaluateInPool(
  pool: ComputePool,
  suite: OprfSuite,
  key: OprfKeyPair,
  { blindedElements }: BlindRequest,
  random: RandomSource,
  signal?: AbortSignal,
): Promise<EvaluateResponse> {
  const count = blindedElements.length
  if (count <= MIN_PART) return evaluateWithProof(suite, key, { blindedElements }, random)
  const size = Math.min(MAX_PART, Math.max(MIN_PART, Math.ceil(count / pool.concurrency)))
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, i) => i * size)
  const parts = await Promise.all(
    starts.map(async first => {
      const some = blindedElements.slice(first, first + size)
      const input = encodePart(suite, key, first, some)
      const running = pool.run(oprfTasks, 'evaluatePartTask', input, signal === undefined ? {} : { signal })
      wipe(input)
      return decodeEvaluatedPart(suite, some.length, await running)
    }),
  )
  return joinParts(suite, key, parts, random)
}

async function respond(
  session: Session,
  { suite, mode, key, compute }: OprfServerOptions,
  request: BlindRequest,
): Promise<EvaluateResponse> {
  if (mode === 'oprf') return evaluate(suite, key, request)
  if (compute === undefined) return evaluateWithProof(suite, key, request, session.random)
  return await evaluateInPool(compute, suite, key, request, session.random, session.signal)
}

function checkHello(session: Session, suite: OprfSuite, mode: OprfMode): void {
  const { protocol, parameters } = session.hello
  if (protocol !== mode || parameters !== suite.id) {
    fail('ERR_SESSION_PROTOCOL', `expected a session of ${mode} ${suite.id}`)
  }
}
