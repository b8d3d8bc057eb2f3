import type { Element } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { expectTypeOf } from 'vitest'
import {
  type BlindState,
  blind,
  evaluate,
  finalize,
  generateKeyPair,
  oprfRistretto255Sha512,
} from './index.ts'

declare const random: RandomSource
declare const input: Uint8Array
const oprf = oprfRistretto255Sha512

// What is kept and what is sent are apart, and the state is opaque: it cannot be copied, read or made.
const { state, message } = blind(oprf, 'oprf', [input], random)
expectTypeOf(state).toEqualTypeOf<BlindState>()
expectTypeOf(message).not.toExtend<BlindState>()
// @ts-expect-error a copy of the state is no state
finalize(oprf, { ...state }, evaluate(oprf, generateKeyPair(oprf, random), message))
// @ts-expect-error the message is not the state
finalize(oprf, message, evaluate(oprf, generateKeyPair(oprf, random), message))
// @ts-expect-error what the client kept is not what the server evaluates
evaluate(oprf, generateKeyPair(oprf, random), state)
// @ts-expect-error randomness is an argument
blind(oprf, 'oprf', [input])
// @ts-expect-error no such mode
blind(oprf, 'poprf', [input], random)

expectTypeOf<ReturnType<typeof finalize>>().toEqualTypeOf<Uint8Array[]>()
expectTypeOf<(typeof message)['blindedElements'][number]>().toEqualTypeOf<Element>()
