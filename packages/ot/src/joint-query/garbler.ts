import { wipe } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import { wasmGf2 } from '@mixun/core/gf2'
import type { RandomSource } from '@mixun/core/random'
import type { Circuit } from '../circuits/index.ts'
import { garble, LABEL_BYTES } from '../garbling/index.ts'
import { arrange, maskPairs } from '../oblivious-transfer/derandomize.ts'
import { ExtensionSender, type SenderSeeds } from '../ot-extension/index.ts'
import { decodeJointChoice, encodeJointGarbling } from './codec.ts'
import type { JointChoice } from './messages.ts'

/**
 * Garbles a check for the inputs that the other side has chosen, after they were chosen: garbling is secure for inputs that
 * do not depend on it.
 *
 * @param constants a byte of 0 or 1 a constant; secret
 * @param choice of `encodeJointChoice`
 * @returns the message of `encodeJointGarbling`
 * @throws ERR_VERIFY_OT_EXTENSION, ERR_DECODE_…: the setup is burnt then; ERR_STATE_CONSUMED
 */
export function garbleFor(
  circuit: Circuit,
  constants: Uint8Array,
  seeds: SenderSeeds,
  tag: Uint8Array,
  choice: Uint8Array,
  random: RandomSource,
): Uint8Array {
  const sender = new ExtensionSender(seeds, tag, wasmGf2, circuit.inputs)
  try {
    const { chunk, flips } = decodeOrBurn(sender, circuit, choice)
    const ots = arrange(sender.extend(circuit.inputs, chunk), flips)
    const { state, message: garbled } = garble(circuit, { constants, random })
    const { zero, one } = state.inputs.take()
    const labels = maskPairs(ots, 0, zero, one, LABEL_BYTES)
    wipe(zero, one, ots.zeros, ots.ones)
    return encodeJointGarbling(circuit, { garbled, labels })
  } finally {
    sender.end()
  }
}

/** A message that no honest receiver sends burns the setup. */
function decodeOrBurn(sender: ExtensionSender, circuit: Circuit, choice: Uint8Array): JointChoice {
  try {
    return decodeJointChoice(sender.parameters, circuit.inputs, choice)
  } catch (error) {
    if (error instanceof MixunError && error.code.startsWith('ERR_DECODE_')) sender.burn()
    throw error
  }
}
