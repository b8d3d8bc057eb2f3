import { fail } from '@mixun/core/errors'
import { type BaseOtPairs, bitAt } from '../base-ot/index.ts'
import type { TreesMessage } from './messages.ts'
import { BLOCK_BYTES, COLUMNS, type OtExtensionParameters } from './params.ts'
import { ReceiverSetup, SenderSetup } from './setup.ts'
import { growPuncturedTrees, growTrees } from './trees.ts'

/**
 * The receiver's setup, after 128 base OTs in which it was the sender.
 *
 * @param id of the setup, equal on both sides
 * @throws ERR_INPUT_LENGTH
 */
export function setUpReceiver(
  parameters: OtExtensionParameters,
  id: Uint8Array,
  base: BaseOtPairs,
): { setup: ReceiverSetup; message: TreesMessage } {
  for (const blocks of [base.zeros, base.ones]) checkBlocks(blocks)
  const { leaves, message } = growTrees(parameters, id, base)
  return { setup: new ReceiverSetup(parameters, id, leaves), message }
}

/**
 * The sender's setup, after 128 base OTs in which it was the receiver.
 *
 * @param id of the setup, equal on both sides
 * @param choices the 128 choice bits of the base OTs, 16 bytes; secret. Δ is their complement
 * @param base the 128 chosen messages
 * @throws ERR_VERIFY_OT_EXTENSION for trees that fail their check, ERR_INPUT_LENGTH
 */
export function setUpSender(
  parameters: OtExtensionParameters,
  id: Uint8Array,
  choices: Uint8Array,
  base: Uint8Array,
  message: TreesMessage,
): SenderSetup {
  checkBlocks(base)
  if (choices.length !== BLOCK_BYTES) fail('ERR_INPUT_LENGTH', `expected ${COLUMNS} choice bits`)
  const delta = choices.map(byte => byte ^ 0xff)
  const deltaBits = Array.from({ length: COLUMNS }, (_, i) => bitAt(delta, i))
  const leaves = growPuncturedTrees(parameters, id, base, deltaBits, message)
  return new SenderSetup(parameters, id, leaves, delta)
}

function checkBlocks(blocks: Uint8Array): void {
  if (blocks.length !== COLUMNS * BLOCK_BYTES) {
    fail('ERR_INPUT_LENGTH', `expected ${COLUMNS} base OTs, found ${blocks.length} bytes`)
  }
}
