import { utf8 } from '@mixun/core/bytes'
import type { Gf2KernelFactory } from '@mixun/core/gf2'
import type { Session } from '@mixun/core/session'
import { seededRandom } from '@mixun/core/testing'
import { runBaseOtReceiver, runBaseOtSender } from '../base-ot/index.ts'
import { openOtReceiver, openOtSender } from '../oblivious-transfer/index.ts'
import {
  OT_EXTENSION_PROTOCOL,
  otExtensionParameters,
  setUpOtReceiver,
  setUpOtSender,
} from '../ot-extension/index.ts'
import {
  encodePublicKey,
  generateKeyPair,
  oprfSuiteById,
  runOprfClient,
  runOprfServer,
} from '../oprf/index.ts'
import { sessionPair } from './sessions.ts'
import { tracedSession, type WireTrace } from './wire-trace.ts'

/** A run of one protocol, both sides of which are the same in every byte each time. */
export interface TracedRun {
  readonly name: string
  readonly protocol: string
  readonly parameters: string
  readonly client: (session: Session, makeKernel: Gf2KernelFactory) => Promise<unknown>
  readonly server: (session: Session, makeKernel: Gf2KernelFactory) => Promise<unknown>
}

/** 2026-01-01: the hello carries the time, and transcripts carry the hello. */
const NOW = 1_767_225_600_000
const COUNT = 300
const CHOICES = seededRandom('choices').bytes(38).with(37, 0b101)
const DELTA = seededRandom('delta').bytes(16)
const MESSAGES = seededRandom('messages').bytes(3 * 20)

const extensionRuns = otExtensionParameters.map(
  ({ id }): TracedRun => ({
    name: `oblivious transfer, ${id}`,
    protocol: OT_EXTENSION_PROTOCOL,
    parameters: id,
    async client(session, makeKernel) {
      const sender = await openOtSender(session, await setUpOtSender(session), { makeKernel })
      for await (const { count } of sender.random(COUNT)) if (count < 1) return
      await sender.correlated(DELTA, COUNT)
      await sender.chosen(MESSAGES, MESSAGES.toReversed(), 20)
      await sender.oneOfMany([MESSAGES], 20)
    },
    async server(session, makeKernel) {
      const receiver = await openOtReceiver(session, await setUpOtReceiver(session), { makeKernel })
      for await (const { count } of receiver.random(COUNT)) if (count < 1) return
      await receiver.correlated(CHOICES, COUNT)
      await receiver.chosen(Uint8Array.of(0b011), 3, 20)
      await receiver.oneOfMany([2], 3, 20)
    },
  }),
)

const baseOtRun: TracedRun = {
  name: 'base OT, ristretto255',
  protocol: 'base-ot',
  parameters: 'baseot_mrr21_ristretto255',
  client: session => runBaseOtSender(session, 16),
  server: session => runBaseOtReceiver(session, 16, Uint8Array.of(0xa5, 0x3c)),
}

const oprfRuns = (['oprf', 'voprf'] as const).flatMap(mode =>
  (['oprf_ristretto255-SHA512', 'oprf_SM2-SM3'] as const).map((id): TracedRun => {
    const suite = oprfSuiteById(id)
    const key = generateKeyPair(suite, seededRandom('trace'))
    const inputs = [utf8('one'), utf8('two')]
    return {
      name: `${mode}, ${id}`,
      protocol: mode,
      parameters: id,
      client: session =>
        runOprfClient(session, { suite, mode, inputs, publicKey: encodePublicKey(suite, key.publicKey) }),
      server: session => runOprfServer(session, { suite, mode, key }),
    }
  }),
)

/** The runs whose bytes the baseline holds. */
export const tracedRuns: readonly TracedRun[] = [...oprfRuns, baseOtRun, ...extensionRuns]

/** What each side of a run sends. */
export async function traceOf(
  run: TracedRun,
  makeKernel: Gf2KernelFactory,
): Promise<{ client: WireTrace; server: WireTrace }> {
  const { protocol, parameters } = run
  const sessions = await sessionPair({ protocol, parameters, seed: run.name, now: () => NOW })
  const [client, server] = [tracedSession(sessions.client), tracedSession(sessions.server)]
  await Promise.all([run.client(client.session, makeKernel), run.server(server.session, makeKernel)])
  return { client: client.trace(), server: server.trace() }
}
