import type { Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** Id of a registered consent: 32 hexadecimal digits. */
export type ConsentId = Branded<'consent'>

/** Id of an intent on the ledger: 32 hexadecimal digits. */
export type IntentId = Branded<'intent'>

/** The caller's name of an inquiry: 1 to 128 characters, none of them a control character. */
export type RequestId = Branded<'request'>

const HEX_ID = /^[0-9a-f]{32}$/

/** @throws ERR_INPUT_RANGE */
export function parseConsentId(text: string): ConsentId {
  if (!HEX_ID.test(text)) fail('ERR_INPUT_RANGE', 'consent id: expected 32 hexadecimal digits')
  return text as ConsentId
}

/** @throws ERR_INPUT_RANGE */
export function parseIntentId(text: string): IntentId {
  if (!HEX_ID.test(text)) fail('ERR_INPUT_RANGE', 'intent id: expected 32 hexadecimal digits')
  return text as IntentId
}

/**
 * A request id is kept and printed in the clear, so it must not hold the number of the person it is about.
 *
 * @throws ERR_INPUT_RANGE
 */
export function parseRequestId(text: string, subject?: Subject): RequestId {
  const isPlain = text.length >= 1 && text.length <= 128 && !/\p{Cc}/u.test(text)
  if (!isPlain) fail('ERR_INPUT_RANGE', 'request id: expected 1 to 128 characters, no control characters')
  if (subject !== undefined && text.toUpperCase().includes(subject.reveal())) {
    fail('ERR_INPUT_RANGE', 'request id: expected a name without the identity number')
  }
  return text as RequestId
}
