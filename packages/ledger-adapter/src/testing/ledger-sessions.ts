import { DEFAULT_MAX_FRAME_BYTES, memoryChannelPair } from '@mixun/core/channel'
import { acceptSession, openSession, type Peer, type Session } from '@mixun/core/session'
import { LEDGER_PARAMETERS, LEDGER_PROTOCOL } from '../remote/params.ts'
import type { TestConsortium } from './test-consortium.ts'

/** Opens a ledger session of a party to the association over a memory channel; `serve` runs at its far end. */
export async function openLedgerSession(
  consortium: TestConsortium,
  partyId: string,
  serve: (session: Session) => Promise<void>,
  maxFrameBytes: number = DEFAULT_MAX_FRAME_BYTES,
): Promise<Session> {
  const [near, far] = memoryChannelPair({ maxFrameBytes, names: [partyId, 'xiehui'] })
  const member = (id: string): Peer => ({
    partyId: id,
    publicKey: consortium.identity(id).signingKey.publicKey,
  })
  const accepted = acceptSession(far, {
    identity: consortium.association,
    member,
    offers: (protocol, parameters) => protocol === LEDGER_PROTOCOL && parameters === LEDGER_PARAMETERS,
  })
  // A server that ends with an error has told its peer; tests look at what the peer sees.
  void accepted.then(serve).catch(() => {})
  return openSession(near, {
    identity: consortium.identity(partyId),
    peer: member('xiehui'),
    protocol: LEDGER_PROTOCOL,
    parameters: LEDGER_PARAMETERS,
  })
}
