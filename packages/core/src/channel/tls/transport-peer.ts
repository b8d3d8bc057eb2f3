import { createHash } from 'node:crypto'
import type { PeerCertificate } from 'node:tls'
import type { TransportPeer } from '../framed-channel.ts'
import { partyNamed } from './party-name.ts'

/** Party and fingerprint of a client's certificate, whose chain TLS has checked. @throws ERR_CHANNEL_TLS */
export function transportPeer(certificate: Partial<PeerCertificate> | undefined): TransportPeer {
  const peerName = partyNamed(certificate?.subjectaltname)
  const raw = certificate?.raw
  // SHA-256 in every suite: certificates are not of the suite.
  return raw === undefined
    ? { peerName }
    : { peerName, peerCertificateDigest: Uint8Array.from(createHash('sha256').update(raw).digest()) }
}
