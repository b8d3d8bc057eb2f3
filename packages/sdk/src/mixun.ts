import type { Subject } from '@mixun/core/domain'
import type { PointsBalance } from '@mixun/ledger-adapter/points'
import { type InquiryOpening, openInquiry } from './audit/index.ts'
import { type CheckOptions, type CheckParts, checkDefaults, type DefaultsAnswer } from './check/index.ts'
import { Consents } from './consents/index.ts'
import { Consortium } from './consortium/index.ts'
import { ListStore } from './consortium/lists.ts'
import { TableStore } from './consortium/tables.ts'
import { Home } from './home/index.ts'
import type { MasterKeyOptions } from './keystore/index.ts'
import { Approvals } from './store/approvals.ts'
import { BudgetUses } from './store/budget-uses.ts'
import { InquiryStore } from './store/inquiries.ts'
import { InquiryProgressStore } from './store/inquiry-progress.ts'
import { RequestClaims } from './store/request-claims.ts'
import { OwnRecords } from './store/own-records.ts'
import { openVault } from './store/open-vault.ts'

/**
 * One firm's access to the consortium: register consents, ask all firms at once, keep the evidence. Works on the
 * firm's home folder; the firm's daemon need not run for asking, only for answering.
 */
export class Mixun implements AsyncDisposable {
  readonly consents: Consents
  readonly #parts: CheckParts
  /** The last check of each request id that has not ended yet. */
  readonly #checks = new Map<string, Promise<unknown>>()

  private constructor(home: Home) {
    const consortium = Consortium.open(home)
    const vault = openVault(home)
    const inquiries = new InquiryStore(home.paths.inquiries, vault)
    this.consents = new Consents(consortium, inquiries)
    this.#parts = {
      consortium,
      consents: this.consents,
      inquiries,
      approvals: new Approvals(home.paths.approvals, vault, home.config.inquiries),
      progress: new InquiryProgressStore(home.paths.inquiries, vault),
      claims: new RequestClaims(home.paths.inquiries),
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
   * ERR_LEDGER_FORK, ERR_CHANNEL_… when the association cannot be reached
   */
  static async open(home: string | Home, options: MasterKeyOptions = {}): Promise<Mixun> {
    const mixun = new Mixun(home instanceof Home ? home : Home.open(home, options))
    try {
      await mixun.#parts.consortium.sync()
      return mixun
    } catch (error) {
      await mixun.close()
      throw error
    }
  }

  /** {@link checkDefaults} on this home. Calls with one request id run one after the other, so that one pays; other processes of the home wait too. */
  async checkDefaults(subject: Subject, options: CheckOptions): Promise<DefaultsAnswer> {
    const { requestId } = options
    const before = this.#checks.get(requestId)
    const check = (before ?? Promise.resolve()).then(() => checkDefaults(this.#parts, subject, options))
    const ended = check.catch(() => {})
    this.#checks.set(requestId, ended)
    try {
      return await check
    } finally {
      if (this.#checks.get(requestId) === ended) this.#checks.delete(requestId)
    }
  }

  /** Opens one inquiry, by its request id or intent id, to the auditor; the result names the subject. */
  openInquiry(id: string): InquiryOpening {
    return openInquiry(this.consents, this.#parts.inquiries, id)
  }

  /** This firm's points, computed from its own mirror of the ledger. */
  async points(): Promise<PointsBalance> {
    const { consortium } = this.#parts
    await consortium.sync()
    return consortium.mirror.balance(consortium.home.identity.partyId)
  }

  async close(): Promise<void> {
    await this.#parts.consortium.close()
    this.#parts.inquiries[Symbol.dispose]()
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
