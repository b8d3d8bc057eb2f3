import { fail } from '@mixun/core/errors'
import type { Scalar } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { isIdentity } from '../group/public.ts'
import { OneShot } from '../state/one-shot.ts'
import { deriveKey } from './keys.ts'
import type { ReceiverMessage, SenderMessage } from './messages.ts'
import { BLOCK_BYTES, type BaseOtParameters, checkBaseOtCount } from './params.ts'
import { evaluate } from './popf.ts'

interface SenderSecrets {
  readonly parameters: BaseOtParameters
  readonly context: Uint8Array
  readonly count: number
  /** a */
  readonly scalar: Scalar
  /** A, encoded. */
  readonly element: Uint8Array
}

/** What the sender keeps between its two steps; secret, good for one {@link finishSender}. */
export type BaseOtSenderState = OneShot<SenderSecrets>

/** Both messages of every instance: `count` blocks each, one after another. Secret. */
export interface BaseOtPairs {
  readonly zeros: Uint8Array
  readonly ones: Uint8Array
}

/**
 * Draws a and sends A = a·G.
 *
 * @param context what both sides bind the batch to, equal on both; never twice the same
 * @throws ERR_INPUT_RANGE for a count outside 1 to MAX_BASE_OT_COUNT
 */
export function startSender(
  parameters: BaseOtParameters,
  context: Uint8Array,
  count: number,
  random: RandomSource,
): { state: BaseOtSenderState; message: SenderMessage } {
  checkBaseOtCount(count)
  const { group } = parameters
  const scalar = group.randomScalar(random)
  const element = group.multiplyBase(scalar)
  const encoded = group.encodeElement(element)
  const secrets = { parameters, context: context.slice(), count, scalar, element: encoded }
  return { state: new OneShot(secrets), message: { element } }
}

/**
 * Both keys of every instance, from both points of its function. The state is consumed even when it fails.
 *
 * @throws ERR_DECODE_ELEMENT when a function was made to give the identity, ERR_DECODE_LENGTH for another number of
 * functions, ERR_STATE_CONSUMED
 */
export function finishSender(state: BaseOtSenderState, message: ReceiverMessage): BaseOtPairs {
  const { parameters, context, count, scalar, element: senderElement } = state.take()
  const { group } = parameters
  const { popfs } = message
  if (popfs.length !== count) fail('ERR_DECODE_LENGTH', `expected ${count} functions, found ${popfs.length}`)
  // All public points first: nothing is multiplied by the secret until every one is known to be good.
  const inputs = popfs.flatMap((popf, index) =>
    [0, 1].map(x => {
      const place = { parameters, context, index }
      const point = evaluate(place, x, popf)
      if (isIdentity(group, point)) {
        fail('ERR_DECODE_ELEMENT', 'expected a function that gives no identity element')
      }
      return { point, tag: { place, x, popf, senderElement } }
    }),
  )
  const points = inputs.map(({ point }) => point)
  const shared = group.encodeElementBatch(group.multiplyBatch(points, scalar))
  const messages = [0, 1].map(() => new Uint8Array(BLOCK_BYTES * count)) as [Uint8Array, Uint8Array]
  for (const [i, { tag }] of inputs.entries()) {
    const key = deriveKey(tag, shared[i] ?? fail('ERR_INPUT_LENGTH', 'expected a shared point an input'))
    messages[tag.x as 0 | 1].set(key, BLOCK_BYTES * tag.place.index)
  }
  return { zeros: messages[0], ones: messages[1] }
}
