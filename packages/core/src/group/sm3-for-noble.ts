import { fail } from '../errors/index.ts'
import { SM3_BLOCK_BYTES, SM3_BYTES, sm3 } from '../sm/sm3.ts'

/** SM3 in the form in which noble takes a hash. */
export const sm3ForNoble = Object.assign((message: Uint8Array): Uint8Array => sm3(message), {
  outputLen: SM3_BYTES,
  blockLen: SM3_BLOCK_BYTES,
  canXOF: false,
  create: (): never => fail('ERR_INTERNAL', 'expected expand_message_xmd to hash whole messages'),
})
