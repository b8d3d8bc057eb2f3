import { Reader, Writer } from '@mixun/core/codec'
import type { ReceiverMessage, SenderMessage } from './messages.ts'
import { type BaseOtParameters, POPF_STRING_BYTES } from './params.ts'

/** A: 32 bytes with ristretto255, 33 with SM2. */
export function encodeSenderMessage({ group }: BaseOtParameters, message: SenderMessage): Uint8Array {
  return group.encodeElement(message.element)
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT */
export function decodeSenderMessage({ group }: BaseOtParameters, bytes: Uint8Array): SenderMessage {
  const reader = new Reader(bytes)
  const element = reader.fixed(group.elementBytes)
  reader.end()
  return { element: group.decodeElement(element) }
}

/** (s ‖ T) an instance: 10,240 bytes for 128 with ristretto255, 10,368 with SM2. */
export function encodeReceiverMessage({ group }: BaseOtParameters, message: ReceiverMessage): Uint8Array {
  const writer = new Writer()
  for (const { string, encodedElement } of message.popfs) {
    writer.fixed(string, POPF_STRING_BYTES).fixed(encodedElement, group.elementBytes)
  }
  return writer.finish()
}

/** @throws ERR_DECODE_LENGTH for another number of instances, ERR_DECODE_TRAILING, ERR_DECODE_ELEMENT */
export function decodeReceiverMessage(
  { group }: BaseOtParameters,
  count: number,
  bytes: Uint8Array,
): ReceiverMessage {
  const reader = new Reader(bytes)
  // The bytes must all be there before an element is decoded: a short frame costs the reader nothing.
  const instances = new Reader(reader.fixed(count * (POPF_STRING_BYTES + group.elementBytes)))
  reader.end()
  const popfs = Array.from({ length: count }, () => {
    const string = instances.fixed(POPF_STRING_BYTES).slice()
    const encodedElement = instances.fixed(group.elementBytes).slice()
    return { string, element: group.decodeElement(encodedElement), encodedElement }
  })
  return { popfs }
}
