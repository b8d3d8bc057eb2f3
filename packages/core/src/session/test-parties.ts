import { systemRandom } from '../random/index.ts'
import { intl, type Suite, sm } from '../suite/index.ts'
import { seededRandom } from '../testing/index.ts'
import type { AcceptSessionOptions } from './accept.ts'
import type { Identity, Peer } from './identity.ts'
import type { OpenSessionOptions } from './open.ts'

function party(partyId: string, suite: Suite = intl): Identity {
  return { partyId, suite, signingKey: suite.generateSigningKey(seededRandom(partyId)) }
}

export function peerOf(identity: Identity): Peer {
  return { partyId: identity.partyId, publicKey: identity.signingKey.publicKey }
}

/** The members of the tests of this folder. firm-x is not one. */
export const firmA = party('firm-a')
export const firmB = party('firm-b')
export const firmC = party('firm-c')
export const firmX = party('firm-x')

/** firm-a and firm-b of a consortium in suite `sm`. */
export const firmASm = party('firm-a', sm)
export const firmBSm = party('firm-b', sm)

const members = new Map([firmA, firmB, firmC].map(identity => [identity.partyId, peerOf(identity)]))

/** How firm-a asks firm-b. */
export function opening(options: Partial<OpenSessionOptions> = {}): OpenSessionOptions {
  return {
    identity: firmA,
    peer: peerOf(firmB),
    protocol: 'sample',
    parameters: 'sample_v1',
    random: systemRandom,
    ...options,
  }
}

/** How firm-b answers, by default with no memory of earlier hellos. */
export function accepting(options: Partial<AcceptSessionOptions> = {}): AcceptSessionOptions {
  return {
    identity: { ...firmB },
    member: partyId => members.get(partyId),
    offers: (protocol, parameters) => protocol === 'sample' && parameters === 'sample_v1',
    ...options,
  }
}
