import { toHex } from '@mixun/core/bytes'

/** A transport certificate that a member had on record. */
export interface SupersededCertificate {
  readonly partyId: string
  readonly certificateDigest: Uint8Array
}

/** The transport certificates that members have had on record, and which of them the association revoked. */
export class Certificates {
  /** Fingerprint to when another took its place, Unix milliseconds; null while it is the member's. */
  readonly #known = new Map<string, SupersededCertificate & { readonly until: number | null }>()
  readonly #current = new Map<string, string>()
  readonly #revoked = new Set<string>()

  /** Takes in the certificate of a member entry; nothing changes when it is the member's already. */
  add(partyId: string, certificateDigest: Uint8Array, at: number): void {
    const [name, before] = [toHex(certificateDigest), this.#current.get(partyId)]
    if (name === before) return
    const old = before === undefined ? undefined : this.#known.get(before)
    if (old !== undefined) this.#known.set(before as string, { ...old, until: at })
    this.#known.set(name, { partyId, certificateDigest, until: null })
    this.#current.set(partyId, name)
  }

  revoke(certificateDigest: Uint8Array): void {
    this.#revoked.add(toHex(certificateDigest))
  }

  isRevoked(certificateDigest: Uint8Array): boolean {
    return this.#revoked.has(toHex(certificateDigest))
  }

  /** Those in whose place another came before `time` (Unix milliseconds) and that are not revoked, oldest first. */
  superseded(time: number): SupersededCertificate[] {
    return [...this.#known]
      .filter(([name, { until }]) => until !== null && until < time && !this.#revoked.has(name))
      .map(([, { partyId, certificateDigest }]) => ({ partyId, certificateDigest }))
  }
}
