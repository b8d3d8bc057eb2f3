import { type Channel, DEFAULT_MAX_FRAME_BYTES } from '@mixun/core/channel'
import type { TlsMaterial } from '@mixun/core/channel'
import { connectGrpc } from '@mixun/core/channel/grpc'
import { MixunError } from '@mixun/core/errors'
import { type OpenSessionOptions, openSession, type Session } from '@mixun/core/session'
import type { TestParty } from './test-party.ts'

export interface DialOptions {
  readonly from: TestParty
  readonly to: TestParty
  /** The certificate to present; the caller's own by default. */
  readonly tls?: TlsMaterial
  /** Largest frame that the caller sends. */
  readonly maxFrameBytes?: number
}

/** Opens a channel to a party's consortium door. The connection ends with the channel. */
export async function dial(options: DialOptions): Promise<Channel> {
  const { from, to, tls, maxFrameBytes } = options
  const connection = connectGrpc({
    address: to.home.config.listen.advertise,
    tls: tls ?? from.home.tls(),
    peerName: to.id,
    maxFrameBytes: maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES,
  })
  try {
    return await connection.open()
  } finally {
    connection.close()
  }
}

/** A session of `from` with `to` in which a test chooses every field of the hello. */
export type CallOptions = DialOptions &
  Pick<OpenSessionOptions, 'protocol' | 'parameters'> &
  Partial<OpenSessionOptions>

export async function call(options: CallOptions): Promise<Session> {
  const { from, to } = options
  const channel = await dial(options)
  const { publicKey } = to.home.identity.signingKey
  return openSession(channel, {
    identity: from.home.identity,
    peer: { partyId: to.id, publicKey },
    ...options,
  })
}

/** The code with which the peer refuses a session: its hello, or the handshake of its inner channel. */
export async function refusalOf(opening: Session | Promise<Session>): Promise<string> {
  let session: Session | undefined
  try {
    session = await opening
    await session.receive()
  } catch (error) {
    if (error instanceof MixunError && error.code === 'ERR_PEER_REFUSED') {
      return String(error.details['peerCode'])
    }
    throw error
  } finally {
    session?.abort()
  }
  throw new Error('expected a refusal, but the peer answered')
}
