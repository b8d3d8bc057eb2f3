export { AES_BLOCK_BYTES, type Aes128, aes128 } from './aes128.ts'
