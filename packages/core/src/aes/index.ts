export { AES128_BYTES, aes128Permutation, aes128Stream, type Permutation } from './aes128.ts'
