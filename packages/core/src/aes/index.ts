export { AES128_BYTES, aes128Permutation, aes128Stream } from './aes128.ts'
