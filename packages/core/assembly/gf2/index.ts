// What the kernel of binary fields and bit matrices exports. Arguments are addresses, counts and public challenges. The
// caller grows the memory and keeps its own data behind `start`.
export { encryptBlocks, expandKey } from './aes'
export { xor, xorBlock, xorTweaks } from './blocks'
export { innerProduct, multiply } from './field'
export { correct, fold } from './fold'
export { transpose } from './transpose'
export { accumulate, reduce } from './universal-hash'

/** Where the memory of the caller begins, a multiple of 16. */
export function start(): usize {
  return (__heap_base + 15) & ~15
}
