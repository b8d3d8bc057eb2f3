export { decodeGarbled, encodeGarbled, garbledBytes } from './codec.ts'
export { decodeOutputs, evaluateGarbled, type OutputLabels, outputShares } from './evaluate.ts'
export {
  type GarbleOptions,
  type GarblerState,
  garble,
  type InputLabels,
  selectLabels,
} from './garble.ts'
export type { GarbledCircuit, OutputForm } from './messages.ts'
export { halfGates, LABEL_BYTES, TABLE_BYTES } from './params.ts'
