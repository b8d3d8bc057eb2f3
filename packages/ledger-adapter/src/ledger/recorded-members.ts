import { Certificates } from './certificates.ts'
import { KeyHistory } from './key-history.ts'
import type { EntryOf, GenesisPayload } from './payloads.ts'
import type { Member } from './registry-view.ts'

/** The members of a consortium, with every key and certificate that they have had on record. */
export class RecordedMembers {
  readonly keys = { signing: new KeyHistory(), sealing: new KeyHistory() }
  readonly certificates = new Certificates()
  readonly #members = new Map<string, Member>()

  all(): Member[] {
    return [...this.#members.values()]
  }

  find(partyId: string): Member | undefined {
    return this.#members.get(partyId)
  }

  /** The association is the first. */
  found(genesis: GenesisPayload, index: number): void {
    const association: Member = {
      partyId: genesis.association,
      name: genesis.consortium,
      role: 'association',
      signingKey: genesis.signingKey,
      encryptionKey: genesis.encryptionKey,
      encryptionKeyProof: genesis.encryptionKeyProof,
      certificateDigest: null,
      address: null,
      status: 'active',
    }
    this.#put(association, index)
  }

  add({ payload, createdAt }: EntryOf<'member'>, index: number): void {
    this.#put(payload, index)
    this.certificates.add(payload.partyId, payload.certificateDigest, createdAt)
  }

  changeKey({ payload }: EntryOf<'member-key'>, index: number): void {
    const { partyId, use, publicKey, proof } = payload
    const member = this.#members.get(partyId) as Member
    const changed =
      use === 'signing'
        ? { ...member, signingKey: publicKey }
        : { ...member, encryptionKey: publicKey, encryptionKeyProof: proof }
    this.#put(changed, index)
  }

  changeAddress({ author, payload }: EntryOf<'member-address'>): void {
    const member = this.#members.get(author) as Member
    this.#members.set(author, { ...member, address: payload.address })
  }

  #put(member: Member, index: number): void {
    const { partyId, signingKey, encryptionKey } = member
    this.#members.set(partyId, member)
    this.keys.signing.add(partyId, signingKey, index)
    this.keys.sealing.add(partyId, encryptionKey, index)
  }
}
