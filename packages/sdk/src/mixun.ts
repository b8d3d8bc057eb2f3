import { type WaitOptions, waitFor } from '@mixun/core/channel'
import type { Subject } from '@mixun/core/domain'
import { stableError } from '@mixun/core/errors'
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
  type CheckOptions,
  type CheckParts,
  checkDefaults,
  type DefaultsAnswer,
  type SubjectReport,
  subjectReport,
  type VerifyRecordOptions,
  verifyRecord,
} from './check/index.ts'
import { Consents } from './consents/index.ts'
import { Consortium } from './consortium/index.ts'
import { ListStore } from './consortium/lists.ts'
import { TableStore } from './consortium/tables.ts'
import { answerDays, Home } from './home/index.ts'
import type { MasterKeyOptions } from './keystore/index.ts'
import { Approvals } from './store/approvals.ts'
import { BudgetUses } from './store/budget-uses.ts'
import { ConsentStore } from './store/consent-store.ts'
import { InquiryStore, type PurgedInquiries } from './store/inquiries.ts'
import { InquiryProgressStore } from './store/inquiry-progress.ts'
import { RequestClaims } from './store/request-claims.ts'
import { OwnRecords } from './store/own-records.ts'
import { openVault } from './store/open-vault.ts'
import { TicketStore } from './store/tickets.ts'
import { Tickets } from './tickets/index.ts'
import { syncAll, type SyncOptions, type SyncResult } from './sync/index.ts'

const DAY_MS = 86_400_000

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
  readonly #parts: CheckParts

  private constructor(home: Home) {
    const consortium = Consortium.open(home)
    const vault = openVault(home)
    const inquiries = new InquiryStore(home.paths.inquiries, vault)
    const claims = new RequestClaims(home.paths.inquiries)
    this.#consentStore = new ConsentStore(home.paths.inquiries, vault)
    this.consents = new Consents({ consortium, store: this.#consentStore, claims })
    this.#ticketStore = new TicketStore(home.paths.tickets, vault)
    this.tickets = new Tickets(consortium, this.#ticketStore, inquiries)
    this.#parts = {
      consortium,
      consents: this.consents,
      inquiries,
      approvals: new Approvals(home.paths.approvals, vault, home.config.inquiries),
      progress: new InquiryProgressStore(home.paths.inquiries, vault),
      claims,
      budgets: new BudgetUses(home.paths.budgets, home.config.budgets),
      ownRecords: new OwnRecords(home.paths.ownRecords, vault),
      tables: new TableStore(home),
      lists: new ListStore(home),
    }
  }

  /**
   * Opens a firm's home folder and brings its mirror of the ledger up to date.
   *
   * @param home the folder, or the home when it is open already, which this client then closes
   * @param options the passphrase; without it, the environment is asked: MIXUN_PASSPHRASE_FILE, the systemd credential
   * `mixun-passphrase`, MIXUN_PASSPHRASE
   * @throws ERR_HOME_MISSING, ERR_HOME_ROLE, ERR_KEY_FILE, ERR_KEY_PASSPHRASE_MISSING, ERR_KEY_PASSPHRASE,
   * ERR_LEDGER_FORK, ERR_DISK_FULL, ERR_CHANNEL_… when the association cannot be reached or the caller aborts
   */
  static async open(home: string | Home, options: OpenOptions = {}): Promise<Mixun> {
    const mixun = new Mixun(home instanceof Home ? home : Home.open(home, options))
    try {
      await waitFor(mixun.#parts.consortium.sync(options.onProgress), options.signal)
      return mixun
    } catch (error) {
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

  /** Opens one inquiry, by its request id or intent id, to the auditor; the result names the subject and prints redacted. */
  openInquiry(id: string): InquiryOpening {
    return openInquiry(this.consents, this.#parts.inquiries, id)
  }

  /**
   * Opens an inquiry that a beacon drew to the association, with the document that the investor signed.
   *
   * @param id a request id or an intent id
   * @throws ERR_INPUT_RANGE, ERR_INPUT_LENGTH, ERR_PEER_REFUSED with the association's code, ERR_CHANNEL_…
   */
  async submitOpening(id: string, document: Uint8Array): Promise<void> {
    const { consortium } = this.#parts
    const opening = this.openInquiry(id)
    const session = await consortium.openSession(consortium.anchor.association.partyId, {
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
  purge({ dryRun = false }: { readonly dryRun?: boolean } = {}): PurgedInquiries {
    const { consortium, inquiries, progress } = this.#parts
    const { config, identity } = consortium.home
    const before = Date.now() - answerDays(config) * DAY_MS
    const { registry } = consortium
    // An intent that its inquirer cannot open counts as forged.
    const isOver = (intentId: Uint8Array) => {
      const index = registry.intent(intentId)?.index
      const { audits } = registry.policy
      if (index === undefined) return true
      const isDrawn = audits.drawn(identity.suite, intentId, index) !== undefined
      return index < audits.sampledTo && (!isDrawn || audits.result(intentId) !== undefined)
    }
    if (!dryRun) for (const intentId of inquiries.askedBefore(before)) progress.forget(intentId)
    return inquiries.purge(before, { hash: identity.suite.hash, isOver, isDryRun: dryRun })
  }

  /**
   * Brings the mirror of the ledger and the tables of all members up to date, so that a download says nothing of whom
   * this firm asks about, and no check waits for one.
   *
   * @throws ERR_LEDGER_FORK, ERR_DISK_FULL, ERR_CHANNEL_… when the association cannot be reached or the caller aborts
   */
  sync(options: SyncOptions = {}): Promise<SyncResult> {
    return syncAll(this.#parts, options)
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
    this.#parts.approvals[Symbol.dispose]()
    this.#parts.budgets[Symbol.dispose]()
    this.#parts.ownRecords[Symbol.dispose]()
    this.#parts.consortium.home[Symbol.dispose]()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
