import { concat, i2osp, utf8, wipe } from '../../bytes/index.ts'
import { fail, MixunError } from '../../errors/index.ts'
import { CTR_HMAC_TAG_BYTES } from '../../sm/index.ts'
import type { Suite } from '../../suite/index.ts'
import { RecordType } from './messages.ts'

/** Who sends: part of what a record authenticates, beside the key that the direction has for itself. */
export type Direction = 'initiator' | 'responder'

export interface Record {
  readonly type: RecordType
  readonly payload: Uint8Array
}

/** Bytes of a record beside its payload: type and tag. */
export const RECORD_OVERHEAD_BYTES = 1 + CTR_HMAC_TAG_BYTES

/**
 * One direction of a channel: the record is type ‖ sealed payload. The number of the record is its nonce and is not
 * sent, so that a dropped, repeated or reordered record does not open; type and direction are associated data, and the
 * seal covers the lengths of both.
 */
class Direct {
  protected readonly suite: Suite
  protected readonly key: Uint8Array
  readonly #label: Uint8Array
  readonly #nonce: Uint8Array
  #count = 0
  #isWiped = false

  /** @param key secret, for this direction of this channel only; wiped by {@link Direct.wipe} */
  constructor(suite: Suite, key: Uint8Array, direction: Direction) {
    this.suite = suite
    this.key = key
    this.#label = utf8(`mixun-inner-record-1\0${direction}\0`)
    this.#nonce = new Uint8Array(suite.aeadNonceBytes)
  }

  protected next(type: number): { nonce: Uint8Array; associatedData: Uint8Array } {
    // A wiped key is zeros, which everybody knows.
    if (this.#isWiped) fail('ERR_STATE_CONSUMED', 'expected a direction that has not ended')
    this.#nonce.set(i2osp(this.#count++, 8), this.#nonce.length - 8)
    return { nonce: this.#nonce, associatedData: concat(this.#label, Uint8Array.of(type)) }
  }

  wipe(): void {
    this.#isWiped = true
    wipe(this.key)
  }
}

export class RecordSealer extends Direct {
  seal(type: RecordType, payload: Uint8Array): Uint8Array {
    const { nonce, associatedData } = this.next(type)
    return concat(Uint8Array.of(type), this.suite.seal(this.key, nonce, payload, associatedData))
  }
}

export class RecordOpener extends Direct {
  /** @throws ERR_VERIFY_RECORD unless it is the next record of its direction, ERR_DECODE_LENGTH, ERR_DECODE_SCHEMA */
  open(record: Uint8Array): Record {
    const type = record[0] ?? 0
    const { nonce, associatedData } = this.next(type)
    let payload: Uint8Array
    try {
      payload = this.suite.open(this.key, nonce, record.subarray(1), associatedData)
    } catch (cause) {
      if (!(cause instanceof MixunError) || cause.code !== 'ERR_VERIFY_OPEN') throw cause
      return fail('ERR_VERIFY_RECORD', 'expected the next record of the peer, unchanged', { cause })
    }
    const isKnown = type === RecordType.data || type === RecordType.close || type === RecordType.start
    if (!isKnown || (type !== RecordType.data && payload.length > 0)) {
      fail('ERR_DECODE_SCHEMA', `expected a record of a known type, found ${type}`)
    }
    return { type: type as RecordType, payload }
  }
}
