import { fail } from '../errors/index.ts'
import { sparseModule } from '../kernel/generated/sparse.ts'
import { instantiate } from '../kernel/load.ts'
import { MAX_SPARSE_BYTES, type SparseKernel, type SparseKernelFactory } from './sparse-kernel.ts'

const PAGE_BYTES = 65_536

/** What the module exports; addresses count from the start of its memory. */
interface SparseExports extends Omit<SparseKernel, 'name' | 'memory'> {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  start(): number
}

/** The WebAssembly kernel, one instance a call. @throws ERR_INPUT_RANGE, ERR_KERNEL_MISSING, ERR_KERNEL_INVALID */
export function wasmSparse(bytes: number): SparseKernel {
  return reusableSparse()(bytes)
}

/**
 * Makes kernels that share one instance: each call ends the kernel before it, zeroes what that one held, and grows the
 * memory where it must. For protocols that need one large memory after another.
 *
 * @returns a factory that throws as {@link wasmSparse}
 */
export function reusableSparse(): SparseKernelFactory {
  let instance: SparseExports | null = null
  let used = 0
  return bytes => {
    if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes > MAX_SPARSE_BYTES) {
      fail('ERR_INPUT_RANGE', `expected at most ${MAX_SPARSE_BYTES} bytes of memory, found ${bytes}`)
    }
    instance ??= instantiate<SparseExports>(
      sparseModule,
      'a kernel of sparse maps',
      ({ start }) => void start(),
    )
    const { memory } = instance
    const start = instance.start()
    new Uint8Array(memory.buffer, start, used).fill(0)
    const missing = start + bytes - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES))
    used = bytes
    return kernelOf(instance, bytes)
  }
}

function kernelOf(kernel: SparseExports, bytes: number): SparseKernel {
  const base = kernel.start()
  return {
    name: 'wasm',
    memory: new Uint8Array(kernel.memory.buffer, base, bytes),
    eliminate: (bands, values, valueBytes, starts, order, leaders, count, outcome) =>
      kernel.eliminate(
        base + bands,
        base + values,
        valueBytes,
        base + starts,
        base + order,
        base + leaders,
        count,
        base + outcome,
      ),
    substitute: (out, columns, bands, values, valueBytes, leaders, free) =>
      kernel.substitute(
        base + out,
        columns,
        base + bands,
        base + values,
        valueBytes,
        base + leaders,
        base + free,
      ),
    bandProducts: (out, columns, valueBytes, starts, order, bands, count) =>
      kernel.bandProducts(
        base + out,
        base + columns,
        valueBytes,
        base + starts,
        base + order,
        base + bands,
        count,
      ),
    convolute: (x, n, coefficients, from, count) =>
      kernel.convolute(base + x, n, base + coefficients, from, count),
    expand: (out, x, n, draws, regular, uniform, count) =>
      kernel.expand(base + out, base + x, n, base + draws, regular, uniform, count),
    fillMultiples: (table, factor) => kernel.fillMultiples(base + table, base + factor),
    addMultiples: (out, a, table, count) => kernel.addMultiples(base + out, base + a, base + table, count),
    fillBuckets: (buckets, weights, values, count) =>
      kernel.fillBuckets(base + buckets, base + weights, base + values, count),
    sumBuckets: (out, buckets) => kernel.sumBuckets(base + out, base + buckets),
    packRows: (out, rows, count) => kernel.packRows(base + out, base + rows, count),
  }
}
