import { type Circuit, GateKind } from './circuit.ts'

/** Gates that can be done at once: AND gates that need nothing of each other, then what follows from them for free. */
export interface Layer {
  /** Numbers of AND gates, ascending. */
  readonly ands: Uint32Array
  /** Numbers of other gates, ascending, which is an order of evaluation. */
  readonly free: Uint32Array
}

/**
 * The gates of a circuit by the number of AND gates on the longest way to them. Garbling hashes a layer in one call;
 * tables stand in the order of layers and gates. Circuits are many times garbled: the answer is kept with the circuit.
 */
export function layersOf(circuit: Circuit): readonly Layer[] {
  const known = cache.get(circuit)
  if (known !== undefined) return known
  const { inputs, kinds, left, right } = circuit
  const depth = new Uint32Array(inputs + kinds.length)
  const ands: number[][] = []
  const free: number[][] = []
  for (let gate = 0; gate < kinds.length; gate++) {
    const kind = kinds[gate] as number
    const isUnary = kind === GateKind.inv || kind === GateKind.flip
    const below = depth[left[gate] as number] as number
    const level = isUnary ? below : Math.max(below, depth[right[gate] as number] as number)
    const own = kind === GateKind.and ? level + 1 : level
    depth[inputs + gate] = own
    const layers = kind === GateKind.and ? ands : free
    const layer = (layers[own] ??= [])
    layer.push(gate)
  }
  const count = Math.max(ands.length, free.length)
  const layers = Array.from({ length: count }, (_, level) => ({
    ands: Uint32Array.from(ands[level] ?? []),
    free: Uint32Array.from(free[level] ?? []),
  }))
  cache.set(circuit, layers)
  return layers
}

const cache = new WeakMap<Circuit, readonly Layer[]>()
