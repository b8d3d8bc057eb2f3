import { compareBytes, toHex } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import {
  type Appended,
  appendReceiptCodec,
  type EntryKind,
  type IntentBasis,
  isSealedKind,
  entryLeafHash,
  type LedgerAnchor,
  type Payloads,
  type Registry,
  type LedgerEntry,
  type LedgerReader,
  type OpenedEntry,
  type SignedEntry,
  sealEntry,
  signEntry,
} from '@mixun/ledger-adapter/ledger'
import { LedgerMirror, type LedgerProgress } from '@mixun/ledger-adapter/mirror'
import { LEDGER_PARAMETERS, LEDGER_PROTOCOL, RemoteLedger } from '@mixun/ledger-adapter/remote'
import { suiteById } from '@mixun/core/suite'
import type { Home, TrustAnchor } from '../home/index.ts'
import { Connections, type Endpoint, type SessionRequest } from './connections.ts'
import { keepFork, requireNoFork } from './fork-evidence.ts'
import { ledgerVerifiers } from './verifiers.ts'

/** The ledger's trust anchor, from the home's. */
export function ledgerAnchor(anchor: TrustAnchor): LedgerAnchor {
  return { origin: anchor.origin, suite: suiteById(anchor.suite), association: anchor.association }
}

/** The owner of a home as a reader of sealed entries, with every decryption key that it had. */
function readerOf(home: Home): LedgerReader {
  const { partyId } = home.identity
  return { partyId, key: home.decryptionKey, keyOf: publicKey => home.decryptionKeyOf(publicKey) }
}

/** Whether the ledger refused an entry that a key change made stale: signed with an old key, or sealed to one. */
export function isOfOldKey(error: unknown): error is MixunError {
  return error instanceof MixunError && ['ERR_LEDGER_ENVELOPE', 'ERR_VERIFY_SIGNATURE'].includes(error.code)
}

/** Whether a peer knows this party by another signing key; in suite `sm` that ends the inner channel. */
function isOwnKeyRefused(error: unknown): boolean {
  if (!(error instanceof MixunError)) return false
  const { code, details } = error
  return (
    code === 'ERR_VERIFY_CONFIRMATION' ||
    (code === 'ERR_PEER_REFUSED' &&
      ['ERR_VERIFY_SIGNATURE', 'ERR_VERIFY_CONFIRMATION'].includes(String(details['peerCode'])))
  )
}

/** Options of {@link Consortium.makeEntry}. */
export interface MakeEntryOptions {
  /** What an intent rests on; for intents only. */
  readonly basis?: IntentBasis
  /** The clock, in Unix milliseconds; `Date.now` outside tests. */
  readonly now?: () => number
  /** 16 bytes; fresh random ones by default. */
  readonly id?: Uint8Array
}

/**
 * The consortium as one member sees it: its own verified mirror of the ledger, and sessions with the other members.
 * Used by the sdk's client and by the daemon of a firm or a regulator.
 */
export class Consortium {
  readonly home: Home
  readonly anchor: TrustAnchor
  readonly mirror: LedgerMirror
  /** The association's ledger; every answer is verified. */
  readonly ledger: RemoteLedger
  readonly #connections: Connections
  readonly #closing = new AbortController()
  #fork: MixunError | null = null

  private constructor(home: Home) {
    this.home = home
    this.anchor = home.anchor()
    const anchor = ledgerAnchor(this.anchor)
    this.mirror = LedgerMirror.open({
      file: home.paths.ledger,
      anchor,
      verifiers: ledgerVerifiers(anchor.suite),
      reader: readerOf(home),
    })
    this.#useKeys()
    this.#connections = new Connections(home)
    this.ledger = new RemoteLedger({ anchor, connect: () => this.#openLedgerSession() })
  }

  /** @throws ERR_HOME_ROLE, ERR_HOME_MISSING before `mixun join`, ERR_LEDGER_FORK when the home holds the proof of one */
  static open(home: Home): Consortium {
    home.requireRole('firm', 'regulator')
    requireNoFork(home)
    return new Consortium(home)
  }

  /** What the entries mirrored so far add up to. */
  get registry(): Registry {
    return this.mirror.registry
  }

  /** Fetches and verifies what is new on the ledger. @throws ERR_LEDGER_FORK, ERR_CHANNEL_… */
  async sync(onProgress?: LedgerProgress): Promise<void> {
    this.#requireNoFork()
    const sync = () => this.mirror.sync(this.ledger, onProgress)
    await sync()
      .catch(async error => {
        // A rotation that was cut off after the ledger had it, before this copy did.
        const undo = isOwnKeyRefused(error) ? this.home.useNewestSigningKey() : null
        if (undo === null) throw error
        await sync().catch(again => {
          undo()
          throw again
        })
      })
      .catch(error => this.#stop(error))
    this.#useKeys()
  }

  /** Cosigns what this member has verified, and takes in what others cosigned. @throws ERR_LEDGER_FORK, ERR_CHANNEL_… */
  async cosign(): Promise<void> {
    this.#requireNoFork()
    await this.mirror.cosign(this.home.identity, this.ledger).catch(error => this.#stop(error))
  }

  /**
   * Compares a checkpoint that another member shows with the own mirror. A contradiction is kept as evidence in the
   * home, and the ledger is not used any more.
   *
   * @throws ERR_LEDGER_FORK, ERR_LEDGER_CHECKPOINT
   */
  gossip(checkpoint: string | null): void {
    this.#requireNoFork()
    if (checkpoint === null) return
    try {
      this.mirror.gossip(checkpoint)
    } catch (error) {
      this.#stop(error)
    }
  }

  /** Makes and appends an entry of this member, anew when a key changed meanwhile; see {@link Consortium.makeEntry}. */
  async append<K extends EntryKind>(
    kind: K,
    payload: Payloads[K],
    options: MakeEntryOptions = {},
  ): Promise<Appended> {
    const append = () => this.appendEntry(this.makeEntry(kind, payload, options))
    try {
      return await append()
    } catch (error) {
      if (!isOfOldKey(error) && !isOwnKeyRefused(error)) throw error
      await this.sync()
      return append()
    }
  }

  /** Signs an entry of this member and seals it to its readers where it is about an inquiry. */
  makeEntry<K extends EntryKind>(
    kind: K,
    payload: Payloads[K],
    { basis, now, id }: MakeEntryOptions = {},
  ): LedgerEntry {
    const { registry } = this
    const options = { ...(now === undefined ? {} : { now }), ...(id === undefined ? {} : { id }) }
    const entry = signEntry(this.home.identity, registry.anchor, kind, payload, options)
    return isSealedKind(kind) ? sealEntry(registry, entry, { basis }) : entry
  }

  /** The own signed entry inside of one that was sealed. @throws ERR_LEDGER_SEALED */
  signedIn(entry: LedgerEntry): SignedEntry {
    return this.#openOwn(entry).signed
  }

  /** Seals an own entry anew, to the readers of today. @throws ERR_LEDGER_SEALED */
  reseal(entry: LedgerEntry): LedgerEntry {
    const { signed, inner } = this.#openOwn(entry)
    return sealEntry(this.registry, signed, { basis: inner?.basis })
  }

  /** Appends an entry that was made before; the same bytes again give the same receipt. */
  appendEntry(entry: LedgerEntry): Promise<Appended> {
    return this.ledger.append(entry)
  }

  /**
   * What was appended stands in the own mirror where its receipt says; for use after a {@link Consortium.sync}. If not,
   * the sequencer broke its word: details.receipt holds what it signed.
   *
   * @throws ERR_LEDGER_RECEIPT
   */
  requireOnRecord({ receipt }: Appended): void {
    const [stored] = this.mirror.entries(receipt.index, 1)
    const leafHash = stored && entryLeafHash(suiteById(this.anchor.suite), stored.bytes)
    if (leafHash === undefined || compareBytes(leafHash, receipt.leafHash) !== 0) {
      fail(
        'ERR_LEDGER_RECEIPT',
        `expected entry ${receipt.index} to be the one that the sequencer signed for`,
        {
          details: { index: receipt.index, receipt: toHex(appendReceiptCodec.encode(receipt)) },
        },
      )
    }
  }

  /** Opens a session with a member. @throws ERR_PEER_IDENTITY for a stranger, ERR_CHANNEL_… when it is unreachable */
  openSession(partyId: string, request: SessionRequest): Promise<Session> {
    const checkpoint = this.mirror.checkpoint?.text
    const { signal: closing } = this.#closing
    return this.#connections.openSession(this.#endpoint(partyId), {
      ...request,
      checkReply: reply => this.gossip(reply.checkpoint),
      signal: request.signal === undefined ? closing : AbortSignal.any([request.signal, closing]),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    })
  }

  /** Ends what is under way; nothing keeps the process alive afterwards. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.ledger.close()
    this.#connections.close()
    this.mirror.close()
  }

  /** A key that this member changed counts from its entry on; the daemon goes over without a restart. */
  #useKeys(): void {
    const own = this.registry.member(this.home.identity.partyId)
    if (own !== undefined) this.home.useKeys(own)
  }

  #openOwn(entry: LedgerEntry): OpenedEntry {
    const opened = entry.kind === 'sealed' ? this.registry.open(entry) : null
    return opened ?? fail('ERR_LEDGER_SEALED', 'expected a sealed entry of this member')
  }

  #requireNoFork(): void {
    if (this.#fork !== null) throw this.#fork
  }

  #stop(error: unknown): never {
    keepFork(this.home, error)
    const isFork = error instanceof MixunError && error.code === 'ERR_LEDGER_FORK'
    if (isFork && error.details['reason'] === 'inconsistent') this.#fork = error
    throw error
  }

  #openLedgerSession(): Promise<Session> {
    const address = this.home.config.association.address
    const checkpoint = this.mirror.checkpoint?.text
    return this.#connections.openSession(
      { ...this.anchor.association, address },
      {
        protocol: LEDGER_PROTOCOL,
        parameters: LEDGER_PARAMETERS,
        checkReply: reply => this.gossip(reply.checkpoint),
        // So that a ledger which was restored from an old backup learns of it at once.
        ...(checkpoint === undefined ? {} : { checkpoint }),
      },
    )
  }

  #endpoint(partyId: string): Endpoint {
    if (partyId === this.anchor.association.partyId) {
      return { ...this.anchor.association, address: this.home.config.association.address }
    }
    const member = this.registry.member(partyId)
    if (member?.status !== 'active' || member.address === null) {
      return fail('ERR_PEER_IDENTITY', `${partyId} is not an active member with an address`)
    }
    return { partyId, publicKey: member.signingKey, address: member.address }
  }
}
