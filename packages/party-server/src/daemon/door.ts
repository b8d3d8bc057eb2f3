import type { Logger } from 'pino'
import { compareBytes } from '@mixun/core/bytes'
import type { Channel } from '@mixun/core/channel'
import { fail, MixunError, stableError } from '@mixun/core/errors'
import { acceptSession, type Hello, type Peer, type Session } from '@mixun/core/session'
import type { Home } from '@mixun/sdk/home'
import type { Service } from './services.ts'
import type { LedgerView } from './view.ts'

/**
 * A member with too many sessions is told so, which takes reading its hello; at this multiple of the limit its streams
 * are cut unread, so that streams that say nothing cannot pile up.
 */
const MAX_STREAMS_PER_SESSION = 2

/** How long a stream may take to say its hello, in milliseconds. */
const HELLO_TIMEOUT_MS = 10_000

/**
 * The consortium door: decode → authenticate → policy → run. Every refusal goes out as a stable code and is logged
 * with ids only.
 */
export class Door {
  readonly #home: Home
  readonly #view: LedgerView
  readonly #services: ReadonlyMap<string, Service>
  readonly #logger: Logger
  readonly #sessionsOf = new Map<string, number>()
  /** What is open, with the peer of a session that has no end of its own. */
  readonly #channels = new Map<Channel, Peer | null>()

  constructor(home: Home, view: LedgerView, services: readonly Service[], logger: Logger) {
    this.#home = home
    this.#view = view
    this.#services = new Map(services.map(service => [service.protocol, service]))
    this.#logger = logger
  }

  /** Serves one incoming channel to its end. Never throws. */
  async serve(channel: Channel): Promise<void> {
    const peer = channel.peerName ?? 'unknown'
    const open = (this.#sessionsOf.get(peer) ?? 0) + 1
    if (open > MAX_STREAMS_PER_SESSION * this.#home.config.limits.maxSessionsPerMember) {
      this.#logger.warn({ peer, code: 'ERR_LIMIT_SESSIONS' }, 'stream cut')
      channel.abort()
      return
    }
    this.#sessionsOf.set(peer, open)
    this.#channels.set(channel, null)
    let session: Session | undefined
    const cut = new AbortController()
    let timer: NodeJS.Timeout | undefined
    try {
      let run: ((session: Session) => Promise<void>) | undefined
      session = await acceptSession(channel, {
        identity: this.#home.identity,
        member: id => this.#member(id),
        offers: (protocol, parameters) => this.#service(protocol)?.parameters.includes(parameters) === true,
        authorize: async hello => {
          this.#limit(open)
          if (this.#isRevoked(channel)) {
            fail('ERR_CERTIFICATE_REVOKED', `the certificate that ${peer} shows was revoked`)
          }
          this.#view.gossip(hello.checkpoint)
          this.#view.registry.policy.parameters.requireEnabled(hello.parameters, Date.now())
          const service = this.#service(hello.protocol) as Service
          run = await service.admit(hello)
          if (service.maxSessionMs === null) return
          const late = new DOMException('the session lasted too long', 'TimeoutError')
          timer = setTimeout(() => cut.abort(late), service.maxSessionMs).unref()
        },
        refusalStatement: (hello, error) => this.#refused(hello, error),
        helloTimeoutMs: HELLO_TIMEOUT_MS,
        signal: cut.signal,
        checkpoint: () => this.#view.checkpoint(),
      })
      if (this.#service(session.hello.protocol)?.maxSessionMs === null)
        this.#channels.set(channel, session.peer)
      await run?.(session)
      await session.close()
    } catch (cause) {
      const error = stableError(cause)
      this.#logger.warn(describe(peer, session?.hello, error), 'session ended early')
      if (session !== undefined) await session.refuse(error, this.#refused(session.hello, error))
    } finally {
      clearTimeout(timer)
      this.#channels.delete(channel)
      this.#leave(peer)
    }
  }

  /**
   * Cuts what is open under certificates that were revoked since, of members that are suspended or gone, and what would
   * stay open under a signing key that its member has no more.
   */
  cutUnwelcome(): void {
    for (const [channel, peer] of this.#channels) {
      if (this.#isRevoked(channel) || this.#isInactive(channel) || this.#isOutdated(peer)) channel.abort()
    }
  }

  #isOutdated(peer: Peer | null): boolean {
    const member = peer === null ? undefined : this.#view.registry.member(peer.partyId)
    return member !== undefined && compareBytes(member.signingKey, (peer as Peer).publicKey) !== 0
  }

  /** One that is no member yet by this copy of the ledger is told so, by the answer to its hello. */
  #isInactive({ peerName }: Channel): boolean {
    const member = peerName === undefined ? undefined : this.#view.registry.member(peerName)
    return member !== undefined && member.status !== 'active'
  }

  #isRevoked({ peerCertificateDigest: digest }: Channel): boolean {
    return digest !== undefined && this.#view.registry.isCertificateRevoked(digest)
  }

  /** What the service has to say about a refusal; a service that fails at it must not keep the refusal back. */
  #refused(hello: Hello, error: unknown): Uint8Array | null {
    try {
      return this.#service(hello.protocol)?.refused?.(hello, error) ?? null
    } catch (cause) {
      this.#logger.error(describe(hello.sender, hello, cause), 'refusal not recorded')
      return null
    }
  }

  #leave(peer: string): void {
    const left = (this.#sessionsOf.get(peer) ?? 1) - 1
    if (left > 0) this.#sessionsOf.set(peer, left)
    else this.#sessionsOf.delete(peer)
  }

  #service(protocol: string): Service | undefined {
    return this.#services.get(protocol)
  }

  #member(partyId: string): Peer | undefined {
    const member = this.#view.registry.member(partyId)
    return member?.status === 'active' ? { partyId, publicKey: member.signingKey } : undefined
  }

  #limit(open: number): void {
    const { maxSessionsPerMember } = this.#home.config.limits
    if (open > maxSessionsPerMember) {
      fail('ERR_LIMIT_SESSIONS', `expected at most ${maxSessionsPerMember} sessions of one member at once`)
    }
  }
}

/** What a log line may say: parties, protocol, session id and code. */
function describe(peer: string, hello: Hello | undefined, error: unknown): object {
  return {
    peer,
    protocol: hello?.protocol,
    session: hello === undefined ? undefined : Buffer.from(hello.sessionId).toString('hex').slice(0, 16),
    code: error instanceof MixunError ? error.code : 'ERR_INTERNAL',
    ...(error instanceof MixunError ? {} : { cause: error instanceof Error ? error.name : typeof error }),
  }
}
