import { wipe } from '@mixun/core/bytes'
import { wasmGf2 } from '@mixun/core/gf2'
import { bytesOfBits, type Circuit } from '../circuits/index.ts'
import { decodeOutputs, evaluateGarbled, LABEL_BYTES } from '../garbling/index.ts'
import { flipsFor, unmaskChosen } from '../oblivious-transfer/derandomize.ts'
import { ExtensionReceiver, type ReceivedOts, type ReceiverSeeds } from '../ot-extension/index.ts'
import { decodeJointGarbling, encodeJointChoice } from './codec.ts'

/** An inquirer's inputs under OTs: what it keeps until the garbled check comes. Secret. */
export interface ChosenInputs {
  readonly ots: ReceivedOts
  /** Packed bits, lowest first. */
  readonly choices: Uint8Array
}

/**
 * Chooses the labels of the inputs of a check.
 *
 * @param bits a byte of 0 or 1 an input; secret
 * @param tag of the session's OTs
 * @throws ERR_STATE_CONSUMED
 */
export function chooseInputs(
  seeds: ReceiverSeeds,
  tag: Uint8Array,
  bits: Uint8Array,
): { state: ChosenInputs; message: Uint8Array } {
  const receiver = new ExtensionReceiver(seeds, tag, wasmGf2, bits.length)
  const { ots, message: chunk } = receiver.extend(bits.length)
  receiver.end()
  const choices = bytesOfBits(bits)
  const flips = flipsFor(ots, choices)
  return {
    state: { ots, choices },
    message: encodeJointChoice(seeds.parameters, bits.length, { chunk, flips }),
  }
}

/**
 * Evaluates the garbled check on the chosen inputs.
 *
 * @param message of `encodeJointGarbling`
 * @returns a byte of 0 or 1 an output
 * @throws ERR_VERIFY_GARBLED, which stays at home, ERR_DECODE_LENGTH, ERR_DECODE_TRAILING
 */
export function evaluateCheck(
  circuit: Circuit,
  { ots, choices }: ChosenInputs,
  message: Uint8Array,
): Uint8Array {
  const { garbled, labels } = decodeJointGarbling(circuit, message)
  const chosen = unmaskChosen(ots, 0, choices, labels, LABEL_BYTES)
  const outputs = evaluateGarbled(circuit, garbled, chosen)
  const bits = decodeOutputs(circuit, garbled, outputs)
  wipe(chosen, outputs.labels)
  return bits
}
