import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { RecordedJointIntent } from '@mixun/ledger-adapter/policy'
import { MaskKeys, type MemberKeys } from '@mixun/ot/joint-query'
import type { Home } from '@mixun/sdk/home'
import type { LedgerView } from './view.ts'

/** What the masks of a query come from: this party's key and those of all members, as the ledger had them at its intent. */
export interface QueryMasks {
  readonly masks: MaskKeys
  readonly members: MemberKeys
}

/**
 * This party's masks under each of its decryption keys. A query keeps those of its intent to its end, on every side: with a key
 * that some take before a rotation and others after it, masks would not cancel.
 */
export class JointMasks {
  readonly #home: Pick<Home, 'identity' | 'decryptionKeyOf'>
  readonly #view: Pick<LedgerView, 'registry'>
  /** By public key. */
  readonly #masks = new Map<string, MaskKeys>()

  constructor(home: Pick<Home, 'identity' | 'decryptionKeyOf'>, view: Pick<LedgerView, 'registry'>) {
    this.#home = home
    this.#view = view
  }

  /** @throws ERR_JOINT_STATEMENT when this party was no member then, ERR_KEY_FILE when this home lacks the key of then */
  of({ index }: RecordedJointIntent): QueryMasks {
    const { registry } = this.#view
    const { suite, partyId } = this.#home.identity
    const members = new Map<string, Uint8Array>()
    for (const { partyId: party } of registry.members()) {
      const key = registry.encryptionKeyAt(party, index)
      if (key !== undefined) members.set(party, key)
    }
    const own =
      members.get(partyId) ?? fail('ERR_JOINT_STATEMENT', `expected an encryption key of ${partyId}`)
    const name = toHex(own)
    const masks = this.#masks.get(name) ?? new MaskKeys(suite, partyId, this.#home.decryptionKeyOf(own))
    this.#masks.set(name, masks)
    return { masks, members }
  }

  /** Zeroes what was derived. */
  dispose(): void {
    for (const masks of this.#masks.values()) masks.dispose()
    this.#masks.clear()
  }
}
