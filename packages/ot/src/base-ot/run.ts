/**
 * Base oblivious transfer, a batch of random OTs: the sender gets two random messages an instance, the receiver the one
 * of its choice bit.
 *
 *   sender(a)                                        receiver(c[i], b[i])
 *   A = a·G                        ───── A ─────►
 *                                  ◄──── φ[i] ───    φ[i] = Program(c[i], b[i]·G)
 *   m[i][x] = H(i, x, a·φ[i](x))                     m[i] = H(i, c[i], b[i]·A)
 *
 * Source: McQuoid, Rosulek and Roy, "Batching Base Oblivious Transfers" (eprint 2021/682), figure 3: Diffie–Hellman as the
 * key agreement, tagged by instance and input (definition 3), in one flow (theorem 11), under the Feistel construction of a
 * programmable-once public function. It
 * was taken before Masny–Rindal (2019/706) because one element of the sender serves the batch: two multiplications an
 * instance for the sender and two for the receiver, one of them by the generator. Reusing A is what the tag is for: an
 * untagged hash would let a receiver relate the keys of different instances. Neither message depends on the other, so
 * both go at once.
 *
 * Adversary: malicious on both sides, in the random-oracle model under the gap Diffie–Hellman assumption. The security is
 * "endemic": a corrupt side may choose which random messages it gets. Whoever needs uniform messages hashes on with
 * randomness of both sides; OT extension does not.
 *
 * Leaks: nothing but the count. Not post-quantum. Not constant time: nothing beyond the group; scalars are dropped, not
 * wiped.
 */
import { fail } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import {
  decodeReceiverMessage,
  decodeSenderMessage,
  encodeReceiverMessage,
  encodeSenderMessage,
} from './codec.ts'
import { BASE_OT_PROTOCOL, type BaseOtParameters, baseOtParametersById } from './params.ts'
import { finishReceiver, startReceiver } from './receiver.ts'
import { type BaseOtPairs, finishSender, startSender } from './sender.ts'

/**
 * The sender's side of `count` instances.
 *
 * @throws ERR_INPUT_RANGE, ERR_SESSION_PROTOCOL when the session is of something else, ERR_DECODE_… and the errors of
 * the session
 */
export async function runBaseOtSender(session: Session, count: number): Promise<BaseOtPairs> {
  const parameters = parametersOf(session)
  const { state, message } = startSender(parameters, session.transcript.digest(), count, session.random)
  await session.send(encodeSenderMessage(parameters, message))
  const received = decodeReceiverMessage(parameters, count, await session.receive())
  return finishSender(state, received)
}

/**
 * The receiver's side: `count` blocks, those of `choices` (packed bits, least significant first).
 *
 * @throws as {@link runBaseOtSender}, ERR_INPUT_LENGTH
 */
export async function runBaseOtReceiver(
  session: Session,
  count: number,
  choices: Uint8Array,
): Promise<Uint8Array> {
  const parameters = parametersOf(session)
  const context = session.transcript.digest()
  const { state, message } = startReceiver(parameters, context, count, choices, session.random)
  await session.send(encodeReceiverMessage(parameters, message))
  const received = decodeSenderMessage(parameters, await session.receive())
  return finishReceiver(state, received)
}

function parametersOf(session: Session): BaseOtParameters {
  const { hello, identity } = session
  const parameters = baseOtParametersById(hello.parameters)
  if (hello.protocol !== BASE_OT_PROTOCOL || parameters.suite.id !== identity.suite.id) {
    fail('ERR_SESSION_PROTOCOL', `expected a session of ${BASE_OT_PROTOCOL} in suite ${identity.suite.id}`)
  }
  return parameters
}
