export { AES128_BYTES, aes128Permutation } from './aes128.ts'
