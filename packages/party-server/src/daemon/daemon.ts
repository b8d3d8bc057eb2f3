import { setInterval } from 'node:timers'
import type { Logger } from 'pino'
import type { Channel, Listener } from '@mixun/core/channel'
import { serveGrpc } from '@mixun/core/channel/grpc'
import { serveWebSocket } from '@mixun/core/channel/ws'
import { fail, MixunError } from '@mixun/core/errors'
import type { Ledger } from '@mixun/ledger-adapter/ledger'
import { ServedMirror } from '@mixun/ledger-adapter/mirror'
import { LEDGER_PARAMETERS, LEDGER_PROTOCOL, serveLedger } from '@mixun/ledger-adapter/remote'
import { KEYWORD_OT_PROTOCOL, keywordOtParameters } from '@mixun/ot/keyword-ot'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { threadPool } from '@mixun/core/compute/threads'
import { authorSignatureTasks } from '@mixun/ledger-adapter/ledger'
import { tableSyncParameters } from '@mixun/ot/table-sync'
import { Consortium, WEB_SOCKET_SCHEME } from '@mixun/sdk/consortium'
import { type Home, takeLock } from '@mixun/sdk/home'
import { JointSetups, openVault } from '@mixun/sdk/store'
import { openAssociationLedger } from '../association/ledger.ts'
import { retireJointTables } from '../joint/retire-joint.ts'
import { openJointAnswers, openTicketStore } from '../stores/open.ts'
import { PartyLog } from '../stores/party-log.ts'
import { AssociationDuties } from './association-duties.ts'
import { QuestionLog } from '../stores/question-log.ts'
import { auditOpeningService } from './audit-opening.ts'
import { BudgetAlarms } from './budget-alarms.ts'
import { closingService } from './closing.ts'
import { FirmDuties } from './duties.ts'
import { Door } from './door.ts'
import { DueAlarms } from './due-alarms.ts'
import { IntentWatch } from './intent-watch.ts'
import { jointComparedService, jointMissingService, jointThresholdService } from './joint-association.ts'
import { JointMasks } from './joint-masks.ts'
import { type JointParts, jointQueryService } from './joint-query.ts'
import { jointShareService, jointTableSyncService } from './joint-share.ts'
import { jointSideService } from './joint-side.ts'
import { leafSamplingService } from './leaf-sampling.ts'
import { nodeStatusService } from './node-status.ts'
import { otSetupService } from './ot-setup.ts'
import { OwnTables } from './own-tables.ts'
import { PreparedSetups } from './prepare-setups.ts'
import { ReleaseClock } from './release-clock.ts'
import { rowOpeningService } from './row-opening.ts'
import {
  deltaSyncService,
  keywordOtService,
  listSyncService,
  type ProviderParts,
  type Service,
  tableSyncService,
} from './services.ts'
import { ticketsService } from './tickets.ts'
import { associationView, firmView, type LedgerView } from './view.ts'

/** How often a daemon takes in what is new on the ledger, in milliseconds. */
const REFRESH_MS = 1_000

export interface Daemon {
  readonly port: number
  close(): Promise<void>
}

/**
 * Starts the daemon of a home folder, in the role that its configuration names. It starts without the association too,
 * and takes in the ledger when the association is back.
 *
 * @throws ERR_HOME_BUSY, ERR_HOME_MISSING before `mixun join`, ERR_LISTEN_ADDRESS, ERR_CHANNEL_TLS, ERR_LEDGER_…
 */
export async function startDaemon(home: Home, logger: Logger): Promise<Daemon> {
  const lock =
    takeLock(home.paths.daemonLock) ?? fail('ERR_HOME_BUSY', `another daemon serves ${home.root} already`)
  try {
    const { port, close } = await startServices(home, logger)
    return { port, close: () => close().finally(() => lock[Symbol.dispose]()) }
  } catch (error) {
    lock[Symbol.dispose]()
    throw error
  }
}

async function startServices(home: Home, logger: Logger): Promise<Daemon> {
  const log = new PartyLog(home.paths.partyLog, undefined, home.identity.suite)
  const setups = new JointSetups(home.paths.joint, openVault(home))
  const role = await openRole(home, log, setups, logger)
  const tables = new OwnTables(home)
  const tickets = openTicketStore(home)
  const questions = new QuestionLog(log)
  const answers = openJointAnswers(home)
  const masks = new JointMasks(home, role.view)
  const parts = { home, view: role.view, tables, log, questions, answers, setups, masks }
  const sync = [tableSyncParameters.id]
  const oprf = oprfSuiteOf(home.identity.suite.id)
  const evaluations = keywordOtParameters.filter(set => set.oprf === oprf).map(set => set.id)
  const providing = () => [
    keywordOtService(parts, KEYWORD_OT_PROTOCOL, evaluations),
    tableSyncService(parts, sync),
    deltaSyncService(parts),
    leafSamplingService(parts),
    rowOpeningService(parts, oprf),
    ticketsService(home, role.view, tickets),
    otSetupService(home, role.view, setups),
  ]
  const services: Service[] = [
    ...(role.isProvider ? providing() : []),
    nodeStatusService(home, role.view, answers),
    ...role.services(parts),
  ]
  const alarms = new BudgetAlarms()
  const dues = new DueAlarms(home.identity.partyId)
  const refresh = async () => {
    try {
      await role.view.refresh()
      parts.tables.evict(role.view.registry)
      const retired = retireJointTables(home, role.view.registry, Date.now())
      if (retired.length > 0) setups.dropSenders()
      alarms.check(role.view.registry.policy.budgets, logger)
      await dues.check(role.view.registry, role.ledger, logger)
    } catch (error) {
      logger.warn({ code: error instanceof MixunError ? error.code : 'ERR_INTERNAL' }, 'ledger not refreshed')
    }
  }
  await refresh()
  const door = new Door(home, role.view, services, logger)
  const { host, port, advertise } = home.config.listen
  const { maxFrameBytes } = home.config.limits
  const closeStores = async () => {
    await role.close()
    await questions.flushed()
    log[Symbol.dispose]()
    tables[Symbol.dispose]()
    tickets[Symbol.dispose]()
    answers[Symbol.dispose]()
    setups[Symbol.dispose]()
    masks.dispose()
  }
  let server: Listener
  try {
    const onChannel = (channel: Channel) => void door.serve(channel)
    const listen = advertise.startsWith(WEB_SOCKET_SCHEME) ? serveWebSocket : serveGrpc
    server = await listen({ host, port, tls: home.tls(), maxFrameBytes, onChannel })
  } catch (error) {
    // An open ledger connection would keep the process alive.
    await closeStores()
    throw error
  }
  const clock = new ReleaseClock(home, role.view, logger)
  const look = async () => {
    await refresh()
    door.cutUnwelcome()
    if (role.isProvider) clock.tick(Date.now())
    role.tick(Date.now())
  }
  // A machine that is too busy for a look a second must not have them wait for each other, more and more.
  let looking: Promise<void> | null = null
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null
    })
  }, REFRESH_MS)
  logger.info({ port: server.port }, 'serving')
  return {
    port: server.port,
    async close() {
      clearInterval(timer)
      await clock.close()
      await server.close()
      await closeStores()
    },
  }
}

interface Role {
  /** Whether this party has tables, about which others ask. */
  readonly isProvider: boolean
  readonly view: LedgerView
  readonly ledger: Ledger
  readonly services: (parts: ProviderParts & JointParts) => Service[]
  /** What the role does by itself, from second to second. */
  readonly tick: (now: number) => void
  readonly close: () => Promise<void>
}

async function openRole(home: Home, log: PartyLog, setups: JointSetups, logger: Logger): Promise<Role> {
  if (home.config.party.role === 'association') {
    const compute = threadPool({ modules: [authorSignatureTasks] })
    const ledger = openAssociationLedger(home, { compute })
    const duties = new AssociationDuties(home, ledger, logger)
    return {
      isProvider: true,
      view: associationView(home, ledger),
      ledger,
      services: parts => [
        ledgerService(ledger),
        listSyncService(parts, [tableSyncParameters.id]),
        auditOpeningService(home, parts.view, ledger),
        closingService(home, ledger),
        jointThresholdService(parts),
        jointComparedService(parts),
        jointMissingService(parts),
        jointSideService(parts),
      ],
      tick: now => duties.tick(now),
      close: async () => {
        await duties.close()
        await ledger.close()
        await compute.close()
      },
    }
  }
  const consortium = Consortium.open(home)
  const mirror = new ServedMirror(consortium.mirror)
  if (home.config.party.role === 'regulator') {
    return {
      isProvider: false,
      view: firmView(consortium),
      ledger: mirror,
      services: parts => [ledgerService(mirror), auditOpeningService(home, parts.view, mirror)],
      tick: () => {},
      close: () => consortium.close(),
    }
  }
  const duties = new FirmDuties(consortium, log, logger)
  const prepared = new PreparedSetups(consortium, setups, logger)
  const watch = new IntentWatch(consortium, log, logger)
  return {
    isProvider: true,
    view: firmView(consortium, syncedAt => watch.check(syncedAt)),
    ledger: mirror,
    services: parts => [
      ledgerService(mirror),
      jointQueryService(parts),
      jointShareService(parts),
      jointTableSyncService(parts),
      jointSideService(parts),
    ],
    tick: now => {
      duties.tick(now)
      prepared.tick(now)
    },
    close: async () => {
      await duties.close()
      await prepared.close()
      await consortium.close()
    },
  }
}

/** Members' access to the ledger: append, entries, proofs; at a firm, to its mirror. */
function ledgerService(ledger: Ledger): Service {
  return {
    protocol: LEDGER_PROTOCOL,
    parameters: [LEDGER_PARAMETERS],
    maxSessionMs: null,
    admit: async () => session => serveLedger(session, ledger),
  }
}
