import { concat } from '@mixun/core/bytes'
import { seededRandom } from '@mixun/core/testing'
import { bitAt } from '../base-ot/index.ts'
import {
  type OtExtensionParameters,
  type ReceiverSetup,
  type SenderSetup,
  setUpReceiver,
  setUpSender,
  type TreesMessage,
} from '../ot-extension/index.ts'

/** 128 base OTs from a dealer whom both sides trust, out of a seed. For tests. */
export function dealtBaseOts(seed: string) {
  const random = seededRandom(`${seed}/base`)
  const [zeros, ones, choices] = [random.bytes(2048), random.bytes(2048), random.bytes(16)]
  const chosen = concat(
    ...Array.from({ length: 128 }, (_, i) =>
      (bitAt(choices, i) === 1 ? ones : zeros).slice(16 * i, 16 * i + 16),
    ),
  )
  return { pairs: { zeros, ones }, choices, chosen }
}

/** Both halves of a setup without public-key operations; `cheat` may change what the receiver sends. For tests. */
export function dealtSetups(
  parameters: OtExtensionParameters,
  seed: string,
  cheat: (message: TreesMessage) => TreesMessage = message => message,
): { sender: SenderSetup; receiver: ReceiverSetup } {
  const { pairs, choices, chosen } = dealtBaseOts(seed)
  const id = seededRandom(`${seed}/id`).bytes(32)
  const { setup, message } = setUpReceiver(parameters, id, pairs)
  return { receiver: setup, sender: setUpSender(parameters, id, choices, chosen, cheat(message)) }
}
