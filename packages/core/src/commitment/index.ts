export { type PedersenCommitments, pedersenOf } from './pedersen.ts'
