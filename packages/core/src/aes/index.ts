export { AES128_BYTES, aes128Permutation, aes128Stream, type Permutation, type Stream } from './aes128.ts'
