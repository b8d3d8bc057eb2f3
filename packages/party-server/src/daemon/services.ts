import { fail } from '@mixun/core/errors'
import type { Hello, Session } from '@mixun/core/session'
import type { TablePayload } from '@mixun/ledger-adapter/ledger'
import { runKeywordOtServer } from '@mixun/ot/keyword-ot'
import { oprfSuiteById } from '@mixun/ot/oprf'
import {
  DELTA_SYNC_PROTOCOL,
  deltaSyncParameters,
  runDeltaSyncServer,
  runTableSyncServer,
} from '@mixun/ot/table-sync'
import type { ServedFile } from '@mixun/ot/table-files'
import { type Home, publishingRules } from '@mixun/sdk/home'
import type { PartyLog } from '../stores/party-log.ts'
import type { QuestionLog } from '../stores/question-log.ts'
import type { PartyLogEvent } from '../stores/party-log-entry.ts'
import type { OwnTables } from './own-tables.ts'
import { type AdmittedQuestion, admitQuestion } from './question.ts'
import { refuseQuestion } from './refused-question.ts'
import type { LedgerView } from './view.ts'

/** One protocol of the consortium door. */
export interface Service {
  readonly protocol: string
  /** Parameter-set ids it runs. */
  readonly parameters: readonly string[]
  /** A session that lasts longer is cut, so that a silent peer holds no place; null for one that stays open. */
  readonly maxSessionMs: number | null
  /** Policy on the authenticated hello; what it returns runs once the session stands. */
  readonly admit: (hello: Hello) => Promise<(session: Session) => Promise<void>>
  /** Called once for each session of an authenticated hello that is refused; what it returns goes to the peer, signed. */
  readonly refused?: (hello: Hello, error: unknown) => Uint8Array | null
}

/** Longest evaluation, in milliseconds: two frames. */
const MAX_EVALUATION_MS = 60_000
/** Longest download, in milliseconds: a table of 10^6 rows over a slow line. */
const MAX_DOWNLOAD_MS = 3_600_000

export interface ProviderParts {
  readonly home: Home
  readonly view: LedgerView
  readonly tables: OwnTables
  readonly log: PartyLog
  readonly questions: QuestionLog
}

/** Evaluations for inquirers: receipt checked, logged durably, evaluated, logged. */
export function keywordOtService(
  parts: ProviderParts,
  protocol: string,
  parameters: readonly string[],
): Service {
  return {
    protocol,
    parameters,
    maxSessionMs: MAX_EVALUATION_MS,
    admit: async hello => {
      const { identity, config } = parts.home
      const graceMs = publishingRules(config).graceMinutes * 60_000
      const question = await admitQuestion(hello, identity.partyId, parts.view, Date.now(), graceMs)
      const { intentId } = question.intent
      parts.view.requireRecorded(question.intent, hello.consentReference as Uint8Array)
      parts.log.requireOpen(intentId, question.table.class)
      if (question.fillIn !== null) parts.log.fillIns.requireSame(intentId, question.fillIn)
      return session => answer(parts, question, session)
    },
    refused: (hello, error) => refuseQuestion(parts, hello, error),
  }
}

async function answer(
  parts: ProviderParts,
  { intent, table, fillIn }: AdmittedQuestion,
  session: Session,
): Promise<void> {
  const { provider, class: className, epoch, publicKey } = table
  const { intentId, element } = intent
  const event: PartyLogEvent = {
    inquirer: intent.inquirer,
    class: className,
    epoch,
    sessionId: session.id,
    intentId,
    requestDigest: null,
    code: null,
  }
  await runKeywordOtServer(session, {
    oprf: oprfSuiteById(table.oprf),
    statement: { intentId, provider, class: className, epoch, publicKey, element },
    key: parts.tables.key(table),
    beforeEvaluate: async ({ requestDigest }) =>
      parts.questions.asked({ ...event, requestDigest }, session.hello.consentReference, fillIn),
  })
  await parts.questions.answered(event)
}

/** Downloads of this party's own sealed tables. */
export function tableSyncService(parts: ProviderParts, parameters: readonly string[]): Service {
  return {
    protocol: 'table-sync',
    parameters,
    maxSessionMs: MAX_DOWNLOAD_MS,
    admit: async hello => {
      const table = await requirePublished(parts, hello)
      requireDistributed(table)
      return session => sendFile(session, parts.tables.content(table))
    },
  }
}

/** The deltas of this party's own sealed tables. */
export function deltaSyncService(parts: ProviderParts): Service {
  return {
    protocol: DELTA_SYNC_PROTOCOL,
    parameters: [deltaSyncParameters.id],
    maxSessionMs: MAX_DOWNLOAD_MS,
    admit: async hello => {
      const table = await requirePublished(parts, hello)
      requireDistributed(table)
      return session =>
        runDeltaSyncServer(session, async request => {
          // A delta that was released a moment ago may not have reached this daemon's view yet.
          const isKnown = request.to <= table.version
          const newest = isKnown ? table : await requirePublished(parts, hello, true)
          return parts.tables.deltas(newest, request)
        })
    },
  }
}

/** The asked table at its latest version. @throws ERR_TABLE_UNAVAILABLE */
export async function requirePublished(
  parts: ProviderParts,
  hello: Hello,
  refresh = false,
): Promise<TablePayload> {
  const { provider, class: className, epoch } = requireDataset(hello)
  const find = () => parts.view.registry.table(provider, className, epoch)
  if (refresh || find() === undefined) await parts.view.refresh()
  const table = find()
  if (table === undefined || provider !== parts.home.identity.partyId) {
    return fail('ERR_TABLE_UNAVAILABLE', `no table ${provider}/${className}/${epoch} is published here`)
  }
  return table
}

/** @throws ERR_TABLE_WITHHELD */
function requireDistributed({ provider, class: className, epoch, isDistributed }: TablePayload): void {
  if (!isDistributed)
    fail('ERR_TABLE_WITHHELD', `${provider} distributes no table of class ${className}, epoch ${epoch}`)
}

/** Downloads of the association's public class A list. */
export function listSyncService(parts: ProviderParts, parameters: readonly string[]): Service {
  return {
    protocol: 'list-sync',
    parameters,
    maxSessionMs: MAX_DOWNLOAD_MS,
    admit: async hello => {
      const { provider, epoch: version } = requireDataset(hello)
      const list = parts.view.registry.currentList(provider)
      if (list?.version !== version || provider !== parts.home.identity.partyId) {
        return fail('ERR_TABLE_UNAVAILABLE', `no list ${provider}/${version} is published here`)
      }
      return session => sendFile(session, parts.tables.list(version))
    },
  }
}

/** Sends a file of this home and closes it. */
export async function sendFile(session: Session, file: ServedFile): Promise<void> {
  using content = file
  await runTableSyncServer(session, content)
}

function requireDataset(hello: Hello) {
  return hello.dataset ?? fail('ERR_TABLE_UNAVAILABLE', 'expected a hello that names a dataset')
}
