import { fail } from '@mixun/core/errors'
import { type Circuit, GateKind } from './circuit.ts'

/**
 * Plain evaluation, the reference of garbling. Works on 32 evaluations at a time: bit j of every word belongs to
 * evaluation j. No branch depends on a value.
 *
 * @param inputs one word for each input wire
 * @param constants one word for each constant
 * @returns one word for each output
 * @throws ERR_INPUT_LENGTH
 */
export function evaluateWords(
  circuit: Circuit,
  inputs: ArrayLike<number>,
  constants: ArrayLike<number> = [],
): Int32Array {
  checkWidths(circuit, inputs.length, constants.length)
  const { kinds, left, right } = circuit
  const wires = new Int32Array(circuit.inputs + kinds.length)
  wires.set(inputs)
  for (let gate = 0; gate < kinds.length; gate++) {
    const a = wires[left[gate] as number] as number
    const operand = right[gate] as number
    const wire = circuit.inputs + gate
    if (kinds[gate] === GateKind.xor) wires[wire] = a ^ (wires[operand] as number)
    else if (kinds[gate] === GateKind.and) wires[wire] = a & (wires[operand] as number)
    else if (kinds[gate] === GateKind.inv) wires[wire] = ~a
    else wires[wire] = a ^ (constants[operand] as number)
  }
  return Int32Array.from(circuit.outputs, output => wires[output] as number)
}

/** One evaluation: a byte of 0 or 1 for each input, constant and output. @throws ERR_INPUT_LENGTH */
export function evaluateBits(
  circuit: Circuit,
  inputs: Uint8Array,
  constants: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return Uint8Array.from(evaluateWords(circuit, inputs, constants), word => word & 1)
}

/** @throws ERR_INPUT_LENGTH unless there is a value for every input and constant */
function checkWidths(circuit: Circuit, inputs: number, constants: number): void {
  if (inputs !== circuit.inputs || constants !== circuit.constants) {
    fail(
      'ERR_INPUT_LENGTH',
      `circuit ${circuit.name}: expected ${circuit.inputs} inputs and ${circuit.constants} constants, found ${inputs} and ${constants}`,
    )
  }
}
