import { compareBytes, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { type DecryptionKey, importDecryptionKey } from '@mixun/core/sealing'
import type { Identity } from '@mixun/core/session'
import type { SigningKey, Suite } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import type { Payloads } from '../ledger/payloads.ts'
import type { LedgerReader } from '../ledger/sealed-entry.ts'

/** The public half of a decryption key with its proof, as a member entry has it. */
type SealingKey = Pick<Payloads['member'], 'encryptionKey' | 'encryptionKeyProof'>

/** The keys of a test consortium's parties: always the same for one suite, but for those that they change to. */
export class TestKeys {
  readonly #suite: Suite
  readonly #identities = new Map<string, Identity>()
  /** How often a party changed its decryption key. */
  readonly #rotations = new Map<string, number>()
  readonly #sealingKeys = new Map<string, SealingKey>()

  constructor(suite: Suite, parties: readonly string[]) {
    this.#suite = suite
    for (const partyId of parties) {
      this.#identities.set(partyId, {
        partyId,
        suite,
        signingKey: suite.generateSigningKey(seededRandom(partyId)),
      })
    }
  }

  parties(): string[] {
    return [...this.#identities.keys()]
  }

  find(partyId: string): Identity | undefined {
    return this.#identities.get(partyId)
  }

  /** A party as a reader of sealed entries. */
  reader(partyId: string): LedgerReader {
    const count = (this.#rotations.get(partyId) ?? 0) + 1
    const keys = Array.from({ length: count }, (_, i) => this.#decryptionKey(partyId, i))
    const keyOf = (publicKey: Uint8Array) =>
      keys.find(key => compareBytes(key.publicKey, publicKey) === 0) ??
      fail('ERR_KEY_FILE', `expected a decryption key of ${partyId}`)
    return { partyId, key: keys.at(-1) as DecryptionKey, keyOf }
  }

  /** Under which entries are sealed to a party. */
  sealingKey(partyId: string): SealingKey {
    const known = this.#sealingKeys.get(partyId)
    if (known !== undefined) return known
    const { key } = this.reader(partyId)
    const proof = key.prove(partyId, seededRandom(`decryption key of ${partyId}`))
    const made = { encryptionKey: key.publicKey, encryptionKeyProof: proof }
    this.#sealingKeys.set(partyId, made)
    return made
  }

  changeSigningKey(partyId: string, signingKey: SigningKey): void {
    this.#identities.set(partyId, { partyId, suite: this.#suite, signingKey })
  }

  /** The decryption key that a party changes to next. */
  nextDecryptionKey(partyId: string): DecryptionKey {
    return this.#decryptionKey(partyId, (this.#rotations.get(partyId) ?? 0) + 1)
  }

  changeDecryptionKey(partyId: string): void {
    this.#rotations.set(partyId, (this.#rotations.get(partyId) ?? 0) + 1)
    this.#sealingKeys.delete(partyId)
  }

  #decryptionKey(partyId: string, rotation: number): DecryptionKey {
    const number = rotation === 0 ? '' : ` ${rotation}`
    const secret = this.#suite.hash(utf8(`decryption key${number} of ${partyId}`))
    // Below the order of either group.
    secret[this.#suite.id === 'sm' ? 0 : 31] = 1
    return importDecryptionKey(this.#suite.id, secret)
  }
}
