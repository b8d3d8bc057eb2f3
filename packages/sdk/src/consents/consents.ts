import { fromHex, toHex } from '@mixun/core/bytes'
import { throwIfEnded, type WaitOptions, waitFor } from '@mixun/core/channel'
import {
  type ConsentPurpose,
  type ConsentReceipt,
  consentReceiptCodec,
  type RecordClass,
  Redacted,
  signConsentReceipt,
  type Subject,
} from '@mixun/core/domain'
import { fail, MixunError } from '@mixun/core/errors'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import { liveIntents, MAX_CONSENT_VALIDITY_MS, type WithdrawalReason } from '@mixun/ledger-adapter/ledger'
import { commitSubject } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import type { Consortium } from '../consortium/consortium.ts'
import type { ConsentId } from '../ids.ts'
import type { ConsentSecret, InquiryStore } from '../store/inquiries.ts'
import { DOCUMENT_SALT_BYTES, documentDigest } from './document-digest.ts'

const DAY_MS = 86_400_000
/** How often a withdrawal is made anew because an intent came between. */
const MAX_WITHDRAWALS = 5

/** What the investor signed, and for how long it holds. */
export interface ConsentTerms {
  /** Classes the investor agreed to have asked. */
  readonly classes: readonly RecordClass[]
  readonly purpose: ConsentPurpose
  /** The signed authorisation, for its salted digest; it is not stored and does not leave this process. */
  readonly document: Uint8Array
  /** From now on; default 30 days. */
  readonly validDays?: number
  /** How many inquiries it covers; default 1. */
  readonly maxUses?: number
  /** Ends the wait for the association; the consent may be on the ledger all the same, and is then never used. */
  readonly signal?: AbortSignal
}

/** A consent of this home: its receipt, and who gave it; prints redacted. */
export class RegisteredConsent extends Redacted {
  readonly receipt: ConsentReceipt
  readonly #secret: ConsentSecret

  constructor(receipt: ConsentReceipt, secret: ConsentSecret) {
    super('consent')
    this.receipt = receipt
    this.#secret = secret
  }

  /** Who gave it, and how its commitment opens. Secret. */
  reveal(): ConsentSecret {
    return this.#secret
  }
}

/** The firm's register of investors' authorisations. */
export class Consents {
  readonly #consortium: Consortium
  readonly #store: InquiryStore
  readonly #random: RandomSource
  readonly #beforeWithdrawal: () => Promise<unknown>

  /** @param options.beforeWithdrawal awaited with an up-to-date mirror before a consent is withdrawn */
  constructor(
    consortium: Consortium,
    store: InquiryStore,
    options: { random?: RandomSource; beforeWithdrawal?: () => Promise<unknown> } = {},
  ) {
    this.#consortium = consortium
    this.#store = store
    this.#random = options.random ?? systemRandom
    this.#beforeWithdrawal = options.beforeWithdrawal ?? (async () => {})
  }

  /**
   * Registers a consent: commits to the subject (T₀ = s·H(x), perfectly hiding), keeps the opening at home and records
   * the commitment, scope and validity on the ledger.
   *
   * @throws ERR_CONSENT_INVALID, ERR_CHANNEL_… when the association cannot be reached or the caller aborts
   */
  async register(subject: Subject, terms: ConsentTerms): Promise<ConsentId> {
    throwIfEnded(terms.signal)
    const { identity } = this.#consortium.home
    const oprf = oprfSuiteOf(identity.suite.id)
    const { commitment, opening } = commitSubject(oprf, subject.encode(), this.#random)
    const documentSalt = this.#random.bytes(DOCUMENT_SALT_BYTES)
    const now = Date.now()
    const receipt: ConsentReceipt = {
      version: 1,
      consentId: this.#random.bytes(16),
      inquirer: identity.partyId,
      commitment,
      classes: [...new Set(terms.classes)].toSorted(),
      purpose: terms.purpose,
      documentDigest: documentDigest(identity.suite, documentSalt, terms.document),
      notBefore: now,
      notAfter: now + (terms.validDays ?? 30) * DAY_MS,
      maxUses: terms.maxUses ?? 1,
      issuedAt: now,
    }
    if (receipt.notAfter - receipt.notBefore > MAX_CONSENT_VALIDITY_MS) {
      fail('ERR_CONSENT_INVALID', `validDays: expected at most ${MAX_CONSENT_VALIDITY_MS / DAY_MS}`)
    }
    const { bytes } = signConsentReceipt(identity, receipt)
    const secret = { idType: subject.idType, idNumber: subject.reveal(), opening, documentSalt }
    this.#store.addConsent(receipt.consentId, subject.encode(), bytes, secret)
    const { version: _version, issuedAt: _issuedAt, ...recorded } = receipt
    const appended = this.#consortium.append('consent', { ...recorded, classes: [...recorded.classes] })
    await waitFor(appended, terms.signal)
    return toHex(receipt.consentId) as ConsentId
  }

  /**
   * Ends a consent of this home for good, and the intents under it that may still be asked; later ones are refused.
   *
   * @throws ERR_CONSENT_UNKNOWN, ERR_CONSENT_WITHDRAWN when it was before, ERR_CHANNEL_…
   */
  async withdraw(consentId: ConsentId, reason: WithdrawalReason, options: WaitOptions = {}): Promise<void> {
    throwIfEnded(options.signal)
    const { receipt } = this.find(consentId)
    const { consentId: id } = receipt
    for (let attempt = 1; ; attempt++) {
      await this.#consortium.sync()
      await this.#beforeWithdrawal()
      await this.#consortium.sync()
      const now = Date.now()
      const intents = liveIntents(this.#consortium.registry, id, now)
      const withdrawal = { consentId: id, reason, intents }
      try {
        await waitFor(
          this.#consortium.append('consent-withdrawn', withdrawal, { now: () => now }),
          options.signal,
        )
        return
      } catch (error) {
        // Another check of this firm recorded an intent meanwhile.
        const isLate = error instanceof MixunError && error.code === 'ERR_LEDGER_ENDED'
        if (!isLate || attempt === MAX_WITHDRAWALS) throw error
      }
    }
  }

  /** A consent that this home registered. @throws ERR_CONSENT_UNKNOWN */
  find(consentId: ConsentId): RegisteredConsent {
    const stored = /^[0-9a-f]{32}$/.test(consentId) ? this.#store.consent(fromHex(consentId)) : undefined
    if (stored === undefined)
      return fail('ERR_CONSENT_UNKNOWN', 'this home registered no consent with this id')
    return new RegisteredConsent(consentReceiptCodec.decode(stored.receipt), stored.secret)
  }
}
