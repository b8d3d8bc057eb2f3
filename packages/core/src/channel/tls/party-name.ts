import { fail } from '../../errors/index.ts'

const PARTY_URI = /^URI:mixun:\/\/party\/([a-z][a-z0-9-]{0,31})$/

/** The URI by which the certificate of a party names it, in its subject alternative names. */
export function partyUri(partyId: string): string {
  return `mixun://party/${partyId}`
}

/**
 * The party that a certificate names: its subject alternative names, as Node prints them, hold exactly one party URI.
 *
 * @throws ERR_CHANNEL_TLS
 */
export function partyNamed(subjectAltName: string | undefined): string {
  // Node quotes names that hold a comma or a quote; no name of ours does, and quoted text could imitate a list.
  const names = subjectAltName === undefined || subjectAltName.includes('"') ? [] : subjectAltName.split(', ')
  const parties = names.flatMap(name => PARTY_URI.exec(name)?.[1] ?? [])
  const [party] = parties
  if (party === undefined || parties.length > 1) {
    return fail('ERR_CHANNEL_TLS', 'expected a certificate that names one party of the consortium')
  }
  return party
}
