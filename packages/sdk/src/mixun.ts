import { type WaitOptions, waitFor } from '@mixun/core/channel'
import type { Subject } from '@mixun/core/domain'
import { fail, stableError } from '@mixun/core/errors'
import type { PointsBalance } from '@mixun/ledger-adapter/points'
import {
  type InquiryOpening,
  type OpenedEvidence,
  openEvidence,
  openInquiry,
  AUDIT_OPENING_PARAMETERS,
  AUDIT_OPENING_PROTOCOL,
  sendOpening,
  type ProvenRecords,
  type RecordProof,
} from './audit/index.ts'
import {
  type BuyOptions,
  buyIntents,
  type CheckOptions,
  type CheckParts,
  checkDefaults,
  type DefaultsAnswer,
  type HeldIntent,
  heldIntents,
  isOutOfReach,
  purgeInquiries,
  type SettledIntent,
  settleBought,
  type SubjectReport,
  subjectReport,
  type VerifyRecordOptions,
  verifyRecord,
} from './check/index.ts'
import { Consents } from './consents/index.ts'
import { Consortium } from './consortium/index.ts'
import { ListStore } from './consortium/lists.ts'
import { TableStore } from './consortium/tables.ts'
import { Home } from './home/index.ts'
import type { MasterKeyOptions } from './keystore/index.ts'
import {
  type JointAnswer,
  jointQuery,
  openJointQuery,
  type JointParts,
  type JointQueryOptions,
  JointTableStore,
} from './joint/index.ts'
import { Approvals } from './store/approvals.ts'
import { BoughtIntents } from './store/bought-intents.ts'
import { BudgetUses } from './store/budget-uses.ts'
import { ConsentStore } from './store/consent-store.ts'
import { InquiryStore, type PurgedInquiries } from './store/inquiries.ts'
import { InquiryProgressStore } from './store/inquiry-progress.ts'
import { JointQueryStore } from './store/joint-queries.ts'
import { JointSetups } from './store/joint-setups.ts'
import { RequestClaims } from './store/request-claims.ts'
import { OwnRecords } from './store/own-records.ts'
import { openVault } from './store/open-vault.ts'
import { TicketStore } from './store/tickets.ts'
import { Tickets } from './tickets/index.ts'
import { syncAll, type SyncOptions, type SyncResult } from './sync/index.ts'

/** Options of {@link Mixun.open}. */
export interface OpenOptions extends MasterKeyOptions {
  /** Told of the entries of the ledger that came in so far: the first time, these are all. */
  readonly onProgress?: (done: number, total: number) => void
  /** Ends the wait for the association. */
  readonly signal?: AbortSignal
}

/**
 * One firm's access to the consortium: register consents, ask all firms at once, keep the evidence. Works on the
 * firm's home folder; the firm's daemon need not run for asking, only for answering.
 */
export class Mixun implements AsyncDisposable {
  readonly consents: Consents
  /** Disputes and challenges of records. */
  readonly tickets: Tickets
  readonly #ticketStore: TicketStore
  readonly #consentStore: ConsentStore
  readonly #parts: CheckParts & JointParts

  private constructor(home: Home) {
    home.requireRole('firm')
    const consortium = Consortium.open(home)
    const vault = openVault(home)
    const inquiries = new InquiryStore(home.paths.inquiries, vault)
    const claims = new RequestClaims(home.paths.inquiries)
    this.#consentStore = new ConsentStore(home.paths.inquiries, vault)
    this.consents = new Consents({
      consortium,
      store: this.#consentStore,
      claims,
      // What was used in advance goes on record before its consent ends: afterwards the ledger takes it no more.
      beforeWithdrawal: () => settleBought(this.#parts),
    })
    this.#ticketStore = new TicketStore(home.paths.tickets, vault)
    this.tickets = new Tickets(consortium, this.#ticketStore, inquiries)
    this.#parts = {
      consortium,
      consents: this.consents,
      inquiries,
      approvals: new Approvals(home.paths.approvals, vault, home.config.inquiries),
      progress: new InquiryProgressStore(home.paths.inquiries, vault),
      claims,
      bought: new BoughtIntents(home.paths.inquiries),
      budgets: new BudgetUses(home.paths.budgets, home.config.budgets),
      ownRecords: new OwnRecords(home.paths.ownRecords, vault),
      tables: new TableStore(home),
      lists: new ListStore(home),
      jointTables: new JointTableStore(home),
      jointQueries: new JointQueryStore(home.paths.joint, vault),
      jointSetups: new JointSetups(home.paths.joint, vault),
    }
  }

  /**
   * Opens a firm's home folder and brings its mirror of the ledger up to date.
   *
   * @param home the folder, or the home when it is open already, which this client then closes
   * @param options the passphrase; without it, the environment is asked: MIXUN_PASSPHRASE_FILE, the systemd credential
   * `mixun-passphrase`, MIXUN_PASSPHRASE
   * @throws ERR_HOME_MISSING, ERR_HOME_ROLE, ERR_KEY_FILE, ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE,
   * ERR_LEDGER_FORK, ERR_DISK_FULL, ERR_CHANNEL_… when the association cannot be reached, unless the home holds intents
   * bought in advance, or when the caller aborts
   */
  static async open(home: string | Home, options: OpenOptions = {}): Promise<Mixun> {
    const mixun = new Mixun(home instanceof Home ? home : Home.open(home, options))
    try {
      await waitFor(mixun.#parts.consortium.sync(options.onProgress), options.signal)
      if (mixun.#parts.bought.open().length > 0) await waitFor(mixun.settle(), options.signal)
      return mixun
    } catch (error) {
      // With intents that were bought in advance this home goes on without the ledger.
      if (isOutOfReach(error) && mixun.#parts.bought.open().length > 0) return mixun
      await mixun.close()
      throw error
    }
  }

  /** {@link checkDefaults} on this home. Calls with one request id run one after the other, so that one pays; other processes of the home wait too. */
  async checkDefaults(subject: Subject, options: CheckOptions): Promise<DefaultsAnswer> {
    try {
      return await checkDefaults(this.#parts, subject, options)
    } catch (error) {
      throw stableError(error)
    }
  }

  /** {@link jointQuery} on this home: one total over all firms, of which nobody learns who contributed. */
  async jointQuery(subject: Subject, options: JointQueryOptions): Promise<JointAnswer> {
    try {
      return await jointQuery(this.#parts, subject, options)
    } catch (error) {
      throw stableError(error)
    }
  }

  /** Buys intents for when the ledger is out of reach; see {@link buyIntents}. */
  buyIntents(options: BuyOptions): Promise<HeldIntent[]> {
    return buyIntents(this.#parts, options)
  }

  /** Unused intents that were bought in advance and are good now. */
  heldIntents(): HeldIntent[] {
    return heldIntents(this.#parts, Date.now())
  }

  /**
   * Fills in on the ledger what was asked while it was out of reach, and gives back what expired unused. `open`, `sync`
   * and every check do so too.
   *
   * @throws ERR_CHANNEL_… when the association cannot be reached
   */
  settle(): Promise<SettledIntent[]> {
    return settleBought(this.#parts)
  }

  /**
   * Opens one inquiry or joint query to the auditor, by its request id or intent id; the result names the subject and prints
   * redacted. A request id that both kinds have names the joint query.
   *
   * @throws ERR_INPUT_RANGE when this home made none under the id
   */
  openInquiry(id: string): InquiryOpening {
    const { consortium, inquiries, jointQueries } = this.#parts
    const joint = jointQueries.named(id)
    return joint === undefined
      ? openInquiry(this.consents, inquiries, id)
      : openJointQuery(consortium.home.identity.suite, this.consents, jointQueries, joint)
  }

  /**
   * Opens an inquiry that a beacon drew to the association or a regulator, with the document that the investor signed.
   *
   * @param id a request id or an intent id
   * @param auditor the association by default; a regulator that wants to see for itself
   * @throws ERR_INPUT_RANGE, ERR_INPUT_LENGTH, ERR_LEDGER_MEMBER for another auditor, ERR_PEER_REFUSED with its code,
   * ERR_CHANNEL_…
   */
  async submitOpening(id: string, document: Uint8Array, auditor?: string): Promise<void> {
    const { consortium } = this.#parts
    const opening = this.openInquiry(id)
    await consortium.sync()
    const to = auditor ?? consortium.anchor.association.partyId
    // The opening names the subject: never to a firm.
    if (!['association', 'regulator'].includes(consortium.registry.member(to)?.role ?? '')) {
      fail('ERR_LEDGER_MEMBER', `expected the association or a regulator, found ${to}`)
    }
    const session = await consortium.openSession(to, {
      protocol: AUDIT_OPENING_PROTOCOL,
      parameters: AUDIT_OPENING_PARAMETERS,
    })
    try {
      await sendOpening(session, consortium.home.identity, opening, document)
      await session.close()
    } catch (error) {
      session.abort()
      throw error
    }
  }

  /** Evidence that names the subject and proves its rows, for a court; see `verifyOpenedEvidence`. */
  openEvidence(requestId: string): OpenedEvidence {
    return openEvidence(this.consents, this.#parts.inquiries, requestId)
  }

  /** Has a provider prove what its table holds about the subject of an answered inquiry, whom it is told. */
  verifyRecord(
    requestId: string,
    options: VerifyRecordOptions,
  ): Promise<ProvenRecords & { readonly proof: RecordProof }> {
    return verifyRecord(this.#parts, requestId, options)
  }

  /** What this firm asked and published about one person; from its own stores, nobody is asked. */
  subjectReport(subject: Subject): SubjectReport {
    return subjectReport(this.#parts, subject)
  }

  /** Erases answers, evaluations and cut-off inquiries that are older than `config.toml` keeps them; digests stay. */
  purge(options: { readonly dryRun?: boolean } = {}): PurgedInquiries {
    return purgeInquiries(this.#parts, options)
  }

  /**
   * Brings the mirror of the ledger and the tables of all members up to date, so that a download says nothing of whom
   * this firm asks about, and no check waits for one.
   *
   * @throws ERR_LEDGER_FORK, ERR_DISK_FULL, ERR_CHANNEL_… when the association cannot be reached or the caller aborts
   */
  async sync(options: SyncOptions = {}): Promise<SyncResult> {
    const synced = await syncAll(this.#parts, options)
    await this.settle()
    return synced
  }

  /** This firm's points, computed from its own mirror of the ledger. */
  async points(options: WaitOptions = {}): Promise<PointsBalance> {
    const { consortium } = this.#parts
    await waitFor(consortium.sync(), options.signal)
    return consortium.mirror.balance(consortium.home.identity.partyId)
  }

  async close(): Promise<void> {
    await this.#parts.consortium.close()
    this.#parts.inquiries[Symbol.dispose]()
    this.#ticketStore[Symbol.dispose]()
    this.#consentStore[Symbol.dispose]()
    this.#parts.progress[Symbol.dispose]()
    this.#parts.claims[Symbol.dispose]()
    this.#parts.bought[Symbol.dispose]()
    this.#parts.approvals[Symbol.dispose]()
    this.#parts.budgets[Symbol.dispose]()
    this.#parts.jointQueries[Symbol.dispose]()
    this.#parts.jointSetups[Symbol.dispose]()
    this.#parts.ownRecords[Symbol.dispose]()
    this.#parts.consortium.home[Symbol.dispose]()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
