import { partyNamed } from './party-name.ts'

/** The server name of every handshake. It is sent in the clear, so it names nobody. */
export const SERVER_NAME = 'mixun'

/** Node's `checkServerIdentity`: it has checked the chain before; the name is a party's, not a host's. */
export type CheckServerIdentity = (
  host: string,
  certificate: { readonly subjectaltname?: string },
) => Error | undefined

export function expectParty(peerName: string): CheckServerIdentity {
  return (_host, certificate) => {
    try {
      const party = partyNamed(certificate.subjectaltname)
      return party === peerName ? undefined : new Error(`the certificate names ${party}`)
    } catch (error) {
      return error as Error
    }
  }
}
