import { concat } from '@mixun/core/bytes'
import { Reader } from '@mixun/core/codec'
import {
  BLOCK_BYTES,
  type OtExtensionParameters,
  type ReceiverSeeds,
  type SenderSeeds,
} from '../ot-extension/index.ts'

/** Takes the seeds of one session from a setup, in bytes: with them an audit can run the session's OTs again; secret. */
export function takeSeeds(setup: Pick<ReceiverSeeds, 'sessionSeeds'>, tag: Uint8Array): Uint8Array {
  return concat(...setup.sessionSeeds(tag).flat())
}

/**
 * The seeds of one session as a setup gives them.
 *
 * @param bytes of {@link takeSeeds}
 * @param burn what a failed check ends: the setup, but nothing in an audit
 * @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING
 */
export function receiverSeeds(
  parameters: OtExtensionParameters,
  bytes: Uint8Array,
  burn: () => void = () => undefined,
): ReceiverSeeds {
  const reader = new Reader(bytes)
  const leaves = Array.from({ length: parameters.trees }, () =>
    Array.from({ length: 2 ** parameters.k }, () => reader.fixed(BLOCK_BYTES).slice()),
  )
  reader.end()
  return { parameters, sessionSeeds: () => leaves, burn }
}

/** As {@link receiverSeeds}, of a sender. @param opening Δ ‖ seeds */
export function senderSeeds(
  parameters: OtExtensionParameters,
  opening: Uint8Array,
  burn?: () => void,
): SenderSeeds {
  const seeds = receiverSeeds(parameters, opening.subarray(BLOCK_BYTES), burn)
  return {
    ...seeds,
    get delta() {
      return opening.slice(0, BLOCK_BYTES)
    },
  }
}
