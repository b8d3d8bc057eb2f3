import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, MixunError } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import type { Registry } from '@mixun/ledger-adapter/ledger'
import { runTableSyncClient, tableSyncParameters } from '@mixun/ot/table-sync'
import { Connections } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import {
  JOINT_CLASS,
  JOINT_FRAME_PARAMETERS,
  JOINT_SIDE_PROTOCOL,
  type JointAuditSources,
  MAX_JOINT_TABLE_BYTES,
} from '@mixun/sdk/joint'
import { comparedSide } from '../daemon/joint-side.ts'
import { openJointAnswers } from '../stores/open.ts'

/** Longest silence of a firm, in milliseconds. */
const TIMEOUT_MS = 600_000

/**
 * What the audit of a joint query needs besides its opening, from the firms themselves: their tables, unless a folder holds them,
 * and their sides. The association's own side is its own.
 */
export class JointSources implements JointAuditSources, Disposable {
  readonly #home: Home
  readonly #registry: Registry
  readonly #intentId: Uint8Array
  readonly #tables: string | undefined
  readonly #connections: Connections

  /** @param tables a folder of joint tables as members download them */
  constructor(home: Home, registry: Registry, intentId: Uint8Array, tables?: string) {
    this.#home = home
    this.#registry = registry
    this.#intentId = intentId
    this.#tables = tables
    this.#connections = new Connections(home)
  }

  /** @throws ERR_PEER_IDENTITY, ERR_PEER_REFUSED, ERR_CHANNEL_… */
  async table(provider: string, version: number): Promise<Uint8Array> {
    const file = this.#tables && join(this.#tables, `${provider}-joint-${version}.table`)
    if (file !== undefined && existsSync(file)) return readFileSync(file)
    const dataset = { provider, class: JOINT_CLASS, epoch: version }
    const request = { protocol: 'joint-table-sync', parameters: tableSyncParameters.id, dataset }
    return this.#session(provider, request, session =>
      runTableSyncClient(session, { maxBytes: MAX_JOINT_TABLE_BYTES }),
    )
  }

  /** @throws ERR_AUDIT_NOT_DUE, ERR_PEER_IDENTITY, ERR_PEER_REFUSED, ERR_CHANNEL_… */
  async side(party: string): Promise<Uint8Array | null> {
    const { identity } = this.#home
    if (party === identity.partyId) {
      using answers = openJointAnswers(this.#home)
      return comparedSide(identity, this.#registry, answers, this.#intentId)
    }
    const request = { protocol: JOINT_SIDE_PROTOCOL, parameters: JOINT_FRAME_PARAMETERS }
    try {
      return await this.#session(party, request, async session => {
        await session.send(this.#intentId)
        return Uint8Array.from(await session.receive())
      })
    } catch (error) {
      // The association has no side of a query that was never compared.
      const isNone = error instanceof MixunError && error.details['peerCode'] === 'ERR_AUDIT_NOT_DUE'
      if (isNone && party === this.#registry.anchor.association.partyId) return null
      throw error
    }
  }

  [Symbol.dispose](): void {
    this.#connections.close()
  }

  async #session<T>(
    party: string,
    request: Parameters<Connections['openSession']>[1],
    action: (session: Session) => Promise<T>,
  ): Promise<T> {
    const member = this.#registry.member(party)
    const isAssociation = party === this.#registry.anchor.association.partyId
    const address = isAssociation ? this.#home.config.association.address : member?.address
    if (member === undefined || address == null) {
      return fail('ERR_PEER_IDENTITY', `${party} is not a member with an address`)
    }
    const endpoint = { partyId: party, publicKey: member.signingKey, address }
    const session = await this.#connections.openSession(endpoint, {
      ...request,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    try {
      const result = await action(session)
      await session.close()
      return result
    } catch (error) {
      session.abort()
      throw error
    }
  }
}
