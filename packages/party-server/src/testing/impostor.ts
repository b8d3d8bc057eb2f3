import type { Channel, Listener } from '@mixun/core/channel'
import { serveGrpc } from '@mixun/core/channel/grpc'
import { systemRandom } from '@mixun/core/random'
import { acceptSession, type Session } from '@mixun/core/session'
import { verifyIntentReceipt } from '@mixun/ledger-adapter/ledger'
import { serveLedger } from '@mixun/ledger-adapter/remote'
import type { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import {
  accept,
  answer,
  decodeRequest,
  encodeResponse,
  type KeywordOtBinding,
  keywordOtParametersById,
} from '@mixun/ot/keyword-ot'
import { encodePublicKey, generateKeyPair, oprfSuiteOf } from '@mixun/ot/oprf'
import { runTableSyncServer } from '@mixun/ot/table-sync'
import { Consortium } from '@mixun/sdk/consortium'
import { readFileSync } from 'node:fs'
import type { TestParty } from './test-party.ts'

/** Serves at a stopped member's door, with its certificate, what a test wants. */
function serveInstead(party: TestParty, onChannel: (channel: Channel) => void): Promise<Listener> {
  const { home } = party
  const { host, port } = home.config.listen
  return serveGrpc({ host, port, tls: home.tls(), onChannel })
}

/** A {@link serveSilence} that knows who still waits. */
export interface SilentServer extends Listener {
  /** Streams that the callers have not ended. */
  readonly openStreams: number
}

/** A member that takes every connection, reads what is sent and never says a word. */
export async function serveSilence(party: TestParty): Promise<SilentServer> {
  let openStreams = 0
  const listen = async (channel: Channel) => {
    openStreams++
    try {
      for (;;) await channel.receive()
    } catch {
      openStreams--
    }
  }
  const server = await serveInstead(party, channel => void listen(channel))
  return {
    ...server,
    get openStreams() {
      return openStreams
    },
  }
}

/** The association's door with another ledger behind it. */
export function serveOtherLedger(association: TestParty, ledger: SqliteLedger): Promise<Listener> {
  const { identity } = association.home
  const serve = async (channel: Channel) => {
    const session = await acceptSession(channel, {
      identity,
      member(partyId) {
        const member = ledger.registry.member(partyId)
        return member === undefined ? undefined : { partyId, publicKey: member.signingKey }
      },
      offers: () => true,
    })
    await serveLedger(session, ledger)
  }
  return serveInstead(association, channel => void serve(channel).catch(() => channel.abort()))
}

/** A member that serves its table but evaluates with a key that it did not commit to. */
export async function serveOtherKey(party: TestParty): Promise<Listener> {
  const { home } = party
  const consortium = Consortium.open(home)
  await consortium.sync()
  const serve = async (channel: Channel) => {
    const session = await acceptSession(channel, {
      identity: home.identity,
      member(partyId) {
        const member = consortium.registry.member(partyId)
        return member === undefined ? undefined : { partyId, publicKey: member.signingKey }
      },
      offers: () => true,
    })
    const { provider, class: name, epoch } = session.hello.dataset as NonNullable<Session['hello']['dataset']>
    if (session.hello.protocol === 'table-sync') {
      await runTableSyncServer(session, readFileSync(home.paths.table(provider, name, epoch)))
    } else {
      await evaluateWithOtherKey(session, consortium)
    }
    await session.close()
  }
  const server = await serveInstead(party, channel => void serve(channel).catch(() => channel.abort()))
  return {
    port: server.port,
    async close(graceMs) {
      await server.close(graceMs)
      await consortium.close()
    },
  }
}

async function evaluateWithOtherKey(session: Session, consortium: Consortium): Promise<void> {
  const { hello, identity } = session
  const oprf = oprfSuiteOf(identity.suite.id)
  const { provider, class: name, epoch } = hello.dataset as NonNullable<Session['hello']['dataset']>
  const { anchor } = consortium.registry
  const { intentId, element } = verifyIntentReceipt(anchor, hello.consentReference as Uint8Array)
  const committed = consortium.registry.currentTable(provider, name)?.publicKey as Uint8Array
  const bindingFor = (publicKey: Uint8Array): KeywordOtBinding => ({
    suite: identity.suite,
    parameters: keywordOtParametersById(hello.parameters),
    sessionId: session.id,
    transcriptDigest: session.transcript.digest(),
    inquirer: hello.sender,
    statement: { intentId, provider, class: name, epoch, publicKey, element },
  })
  const accepted = accept(bindingFor(committed), decodeRequest(oprf, await session.receive()))
  const otherKey = generateKeyPair(oprf, systemRandom)
  const { message } = answer(
    bindingFor(encodePublicKey(oprf, otherKey.publicKey)),
    accepted,
    otherKey,
    identity.signingKey,
    Date.now(),
    systemRandom,
  )
  await session.send(encodeResponse(oprf, identity.suite, message))
}
