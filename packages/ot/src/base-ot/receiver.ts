import { wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Scalar } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { OneShot } from '../state/one-shot.ts'
import { bitAt, checkBits } from './choice-bits.ts'
import { deriveKey } from './keys.ts'
import type { Popf, ReceiverMessage, SenderMessage } from './messages.ts'
import { BLOCK_BYTES, type BaseOtParameters, checkBaseOtCount } from './params.ts'
import { program } from './popf.ts'

interface ReceiverSecrets {
  readonly parameters: BaseOtParameters
  readonly context: Uint8Array
  readonly choices: Uint8Array
  /** b of each instance. */
  readonly scalars: readonly Scalar[]
  readonly popfs: readonly Popf[]
}

/** What the receiver keeps between its two steps; secret, good for one {@link finishReceiver}. */
export type BaseOtReceiverState = OneShot<ReceiverSecrets>

/**
 * Programs one function an instance to give b·G at the choice bit. Needs nothing from the sender.
 *
 * @param context what both sides bind the batch to, equal on both; never twice the same
 * @param choices `count` bits, least significant first in each byte, further bits zero; secret, copied
 * @throws ERR_INPUT_RANGE, ERR_INPUT_LENGTH
 */
export function startReceiver(
  parameters: BaseOtParameters,
  context: Uint8Array,
  count: number,
  choices: Uint8Array,
  random: RandomSource,
): { state: BaseOtReceiverState; message: ReceiverMessage } {
  checkBaseOtCount(count)
  checkBits(choices, count)
  const { group } = parameters
  const scalars = Array.from({ length: count }, () => group.randomScalar(random))
  const bits = Uint8Array.from(scalars, (_, index) => bitAt(choices, index))
  const popfs = program({ parameters, context }, bits, group.multiplyBaseBatch(scalars), random)
  wipe(bits)
  const secrets = { parameters, context: context.slice(), choices: choices.slice(), scalars, popfs }
  return { state: new OneShot(secrets), message: { popfs } }
}

/**
 * The chosen message of every instance: `count` blocks one after another, secret.
 *
 * @throws ERR_STATE_CONSUMED
 */
export function finishReceiver(state: BaseOtReceiverState, message: SenderMessage): Uint8Array {
  const { parameters, context, choices, scalars, popfs } = state.take()
  const { group } = parameters
  const senderElement = group.encodeElement(message.element)
  const messages = new Uint8Array(BLOCK_BYTES * popfs.length)
  const shared = group.encodeElementBatch(group.multiplyEach(message.element, scalars))
  for (const [index, popf] of popfs.entries()) {
    const tag = { place: { parameters, context, index }, x: bitAt(choices, index), popf, senderElement }
    const point = shared[index] ?? fail('ERR_INPUT_LENGTH', 'expected a shared point an instance')
    messages.set(deriveKey(tag, point), BLOCK_BYTES * index)
  }
  choices.fill(0)
  return messages
}
