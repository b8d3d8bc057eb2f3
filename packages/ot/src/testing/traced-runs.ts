import { i2osp, utf8 } from '@mixun/core/bytes'
import type { Gf2KernelFactory } from '@mixun/core/gf2'
import { sm2, type Sm2Arithmetic } from '@mixun/core/group'
import { intl, smSuite } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { baseOtParameters, runBaseOtReceiver, runBaseOtSender } from '../base-ot/index.ts'
import { ECDH_PSI_PROTOCOL, ecdhPsiSuites, runEcdhPsiClient, runEcdhPsiServer } from '../ecdh-psi/index.ts'
import { KEYWORD_OT_PROTOCOL, runKeywordOtClient, runKeywordOtServer } from '../keyword-ot/index.ts'
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
  oprfSuiteOf,
  runOprfClient,
  runOprfServer,
} from '../oprf/index.ts'
import { PSI_PROTOCOL, psiParameters, runPsiReceiver, runPsiSender } from '../psi/index.ts'
import {
  PSI_CARDINALITY_PROTOCOL,
  psiCardinalityParameters,
  runPsiCardinalityReceiver,
  runPsiCardinalitySender,
} from '../psi-cardinality/index.ts'
import {
  ROW_OPENING_PROTOCOL,
  rowOpeningParametersOf,
  runRowOpeningClient,
  runRowOpeningServer,
} from '../row-opening/index.ts'
import {
  DELTA_SYNC_PROTOCOL,
  deltaSyncParameters,
  runDeltaSyncClient,
  runDeltaSyncServer,
  runTableSyncClient,
  runTableSyncServer,
  tableSyncParameters,
} from '../table-sync/index.ts'
import { ANY_ARITHMETIC } from './any-arithmetic.ts'
import { testInquiry } from './keyword-ot.ts'
import { testTableId } from './sealed-table.ts'
import { sessionPair } from './sessions.ts'
import { jointRuns } from './traced-joint-runs.ts'
import { NOW, type TracedRun } from './traced-run.ts'
import { tracedSession, type WireTrace } from './wire-trace.ts'

const COUNT = 300
const CHOICES = seededRandom('choices').bytes(38).with(37, 0b101)
const DELTA = seededRandom('delta').bytes(16)
const MESSAGES = seededRandom('messages').bytes(3 * 20)
const ITEMS = Array.from({ length: 60 }, (_, i) => utf8(`subject ${i}`))
const CONTENT = seededRandom('content').bytes(tableSyncParameters.chunkBytes + 1)

/** Those that need a kernel for GF(2^128). */
export const extensionRuns = otExtensionParameters.map(
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

const baseOtRuns = baseOtParameters.map(
  ({ id, group, suite }): TracedRun => ({
    name: `base OT, ${group.id}`,
    protocol: 'base-ot',
    parameters: id,
    suite: suite.id,
    client: session => runBaseOtSender(session, 16),
    server: session => runBaseOtReceiver(session, 16, Uint8Array.of(0xa5, 0x3c)),
  }),
)

const oprfRuns = (['oprf', 'voprf'] as const).flatMap(mode =>
  (['oprf_ristretto255-SHA512', 'oprf_SM2-SM3'] as const).map((id): TracedRun => {
    const suite = oprfSuiteById(id)
    const key = generateKeyPair(suite, seededRandom('trace'), ANY_ARITHMETIC)
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

/** One inquiry and its opening in either suite. */
const inquiryRuns = (['intl', 'sm'] as const).flatMap((suite): TracedRun[] => {
  const oprf = oprfSuiteOf(suite)
  const key = generateKeyPair(oprf, seededRandom('trace'), ANY_ARITHMETIC)
  const { statement, input, blind } = testInquiry('subject 6', oprf, key)
  const { intentId, element } = statement
  const common = { suite, dataset: testTableId }
  return [
    {
      ...common,
      name: `keyword OT, ${oprf.id}`,
      protocol: KEYWORD_OT_PROTOCOL,
      parameters: `keywordot_${oprf.identifier}`,
      client: session => runKeywordOtClient(session, { oprf, statement, input, blind }),
      server: session => runKeywordOtServer(session, { oprf, statement, key, now: () => NOW }),
    },
    {
      ...common,
      name: `row opening, ${oprf.id}`,
      protocol: ROW_OPENING_PROTOCOL,
      parameters: rowOpeningParametersOf(oprf).id,
      client: session => runRowOpeningClient(session, oprf, { intentId, input, blind }),
      server: session => runRowOpeningServer(session, { oprf, key, admit: async () => element }),
    },
  ]
})

const syncRuns: TracedRun[] = [
  {
    name: 'download of a table',
    protocol: 'table-sync',
    parameters: tableSyncParameters.id,
    client: session => runTableSyncClient(session, { maxBytes: CONTENT.length }),
    server: session => runTableSyncServer(session, CONTENT),
  },
  {
    name: 'download of deltas',
    protocol: DELTA_SYNC_PROTOCOL,
    parameters: deltaSyncParameters.id,
    client: session => runDeltaSyncClient(session, { from: 3, to: 5, deltaBytes: 20 }),
    server: session =>
      runDeltaSyncServer(session, async () => [CONTENT.subarray(0, 20), CONTENT.subarray(20, 40)]),
  },
]

const intersectionRuns = ecdhPsiSuites.map(
  ({ id }): TracedRun => ({
    name: `set intersection, ${id}`,
    protocol: ECDH_PSI_PROTOCOL,
    parameters: id,
    client: session => runEcdhPsiClient(session, { items: ITEMS.slice(0, 40) }),
    server: session => runEcdhPsiServer(session, { items: ITEMS.slice(30) }),
  }),
)

/** Those that need every kernel. */
export const batchedIntersectionRuns = psiParameters.flatMap(({ id }): TracedRun[] =>
  (['items', 'labels'] as const).map(variant => ({
    name: `set intersection, ${id}, ${variant}`,
    protocol: PSI_PROTOCOL,
    parameters: id,
    client: session => runPsiReceiver(session, { items: ITEMS.slice(0, 40), variant }),
    server: session => {
      const items = ITEMS.slice(30)
      const labels = items.map((_, i) => i2osp(i, 20))
      return runPsiSender(session, { items, ...(variant === 'labels' ? { labels } : {}) })
    },
  })),
)

const cardinalityRun: TracedRun = {
  name: `number of common items, ${psiCardinalityParameters.id}`,
  protocol: PSI_CARDINALITY_PROTOCOL,
  parameters: psiCardinalityParameters.id,
  client: session => runPsiCardinalityReceiver(session, { items: ITEMS.slice(0, 40) }),
  server: session => runPsiCardinalitySender(session, { items: ITEMS.slice(30) }),
}

/** Those that compute in a group. */
export const groupRuns: readonly TracedRun[] = [
  ...oprfRuns,
  ...baseOtRuns,
  ...inquiryRuns,
  ...intersectionRuns,
  cardinalityRun,
]

/** The runs whose bytes the baseline holds. */
export const tracedRuns: readonly TracedRun[] = [
  ...groupRuns,
  ...extensionRuns,
  ...syncRuns,
  ...batchedIntersectionRuns,
  ...jointRuns,
]

/** What each side of a run sends. @param signing with what runs in SM sign their hellos */
export async function traceOf(
  run: TracedRun,
  makeKernel: Gf2KernelFactory,
  signing: Sm2Arithmetic = sm2,
): Promise<{ client: WireTrace; server: WireTrace }> {
  const { protocol, parameters, dataset, answering } = run
  const sessions = await sessionPair({
    protocol,
    parameters,
    // The one of core signs with randomness of the system.
    suite: run.suite === 'sm' ? smSuite(signing, seededRandom(run.name)) : intl,
    ...(dataset === undefined ? {} : { dataset }),
    ...(answering === undefined ? {} : { server: answering }),
    seed: run.name,
    now: () => NOW,
  })
  const [client, server] = [tracedSession(sessions.client), tracedSession(sessions.server)]
  await Promise.all([run.client(client.session, makeKernel), run.server(server.session, makeKernel)])
  return { client: client.tracer.finish(), server: server.tracer.finish() }
}
