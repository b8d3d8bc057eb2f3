export { X25519_BYTES, type X25519, x25519 } from './x25519.ts'
