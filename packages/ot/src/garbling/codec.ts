import { Reader, Writer } from '@mixun/core/codec'
import { andCount, type Circuit } from '../circuits/index.ts'
import type { GarbledCircuit, OutputForm } from './messages.ts'
import { LABEL_BYTES, TABLE_BYTES } from './params.ts'

/** Bytes of a garbled circuit on the wire: 16, 32 an AND gate, 32 an output that is decoded. */
export function garbledBytes(circuit: Circuit, outputs: OutputForm = 'decoded'): number {
  return LABEL_BYTES + andCount(circuit) * TABLE_BYTES + decodingBytes(circuit, outputs)
}

/** key ‖ tables ‖ decoding. */
export function encodeGarbled(message: GarbledCircuit): Uint8Array {
  return new Writer().fixed(message.key, LABEL_BYTES).raw(message.tables).raw(message.decoding).finish()
}

/** For the circuit and form that were agreed on. @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING */
export function decodeGarbled(
  circuit: Circuit,
  bytes: Uint8Array,
  outputs: OutputForm = 'decoded',
): GarbledCircuit {
  const reader = new Reader(bytes)
  const key = reader.fixed(LABEL_BYTES).slice()
  const tables = reader.fixed(andCount(circuit) * TABLE_BYTES).slice()
  const decoding = reader.fixed(decodingBytes(circuit, outputs)).slice()
  reader.end()
  return { key, tables, decoding }
}

function decodingBytes(circuit: Circuit, outputs: OutputForm): number {
  return outputs === 'shared' ? 0 : circuit.outputs.length * 2 * LABEL_BYTES
}
