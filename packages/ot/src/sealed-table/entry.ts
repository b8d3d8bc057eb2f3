import { concat, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RandomSource } from '@mixun/core/random'
import { rowPayloadBytes, type SealedTableParameters } from './params.ts'

/** First byte of every dummy input. No text is encoded with it, and no entry may start with it. */
const DUMMY_DOMAIN = 0xff

const DUMMY_LABEL = utf8('mixun-dummy')
const DUMMY_RANDOM_BYTES = 32

/** A fresh input that no subject has. */
export function dummyInput(random: RandomSource): Uint8Array {
  return concat(Uint8Array.of(DUMMY_DOMAIN), DUMMY_LABEL, random.bytes(DUMMY_RANDOM_BYTES))
}

/**
 * Checks what is to be sealed for one subject.
 *
 * @throws ERR_INPUT_RANGE for an input of the dummies' domain, ERR_INPUT_LENGTH for an empty payload, ERR_TABLE_ROW_FULL
 */
export function checkPayloads(
  parameters: SealedTableParameters,
  input: Uint8Array,
  payloads: readonly Uint8Array[],
): void {
  if (input[0] === DUMMY_DOMAIN) fail('ERR_INPUT_RANGE', 'expected an input that does not start with 0xff')
  if (payloads.some(payload => payload.length === 0)) {
    fail('ERR_INPUT_LENGTH', 'expected payloads that are not empty')
  }
  const { rowsPerSubject } = parameters
  const capacity = rowPayloadBytes(parameters)
  const longest = Math.max(0, ...payloads.map(payload => payload.length))
  if (payloads.length > rowsPerSubject || longest > capacity) {
    fail(
      'ERR_TABLE_ROW_FULL',
      `expected at most ${rowsPerSubject} payloads of ${capacity} bytes, found ${payloads.length} of up to ${longest}`,
    )
  }
}
