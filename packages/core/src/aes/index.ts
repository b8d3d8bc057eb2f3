export {
  AES128_BYTES,
  aes128Permutation,
  aes128Stream,
  type Permutation,
  STREAM_NONCE_BYTES,
  type Stream,
} from './aes128.ts'
