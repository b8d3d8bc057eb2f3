// What the kernel of sparse linear maps exports: band systems, a linear code and sums of multiples, all over blocks of 128
// bits. Arguments are addresses and counts. The caller grows the memory and keeps its own data behind `start`.
export { bandProducts, eliminate, substitute } from './band'
export { convolute, expand } from './code'
export { addMultiples, fillMultiples, packRows, sumBuckets, fillBuckets } from './multiples'

/** Where the memory of the caller begins, a multiple of 16. */
export function start(): usize {
  return (__heap_base + 15) & ~15
}
