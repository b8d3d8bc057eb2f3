import { fromHex, toHex, utf8, wipe } from '@mixun/core/bytes'
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
import {
  liveIntents,
  MAX_CONSENT_VALIDITY_MS,
  MAX_ENDED_INTENTS,
  type WithdrawalReason,
} from '@mixun/ledger-adapter/ledger'
import { commitSubject } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import type { Consortium } from '../consortium/consortium.ts'
import { type ConsentId, parseRequestId } from '../ids.ts'
import type { RequestClaims } from '../store/request-claims.ts'
import type { ConsentSecret, ConsentStore } from '../store/consent-store.ts'
import { DOCUMENT_SALT_BYTES, documentDigest } from './document-digest.ts'

const DAY_MS = 86_400_000
/** How long a registration waits for another process of the home under the same request id, in milliseconds. */
const PATIENCE_MS = 30_000
/** How often a withdrawal is made anew because an intent came between. */
const MAX_WITHDRAWALS = 5

/** What the investor signed, and for how long it holds. */
export interface ConsentTerms {
  /** Classes the investor agreed to have asked. */
  readonly classes: readonly RecordClass[]
  /** Data sets that joint queries about the investor may total up; default none. */
  readonly datasets?: readonly string[]
  readonly purpose: ConsentPurpose
  /** The signed authorisation, for its salted digest; it is not stored and does not leave this process. */
  readonly document: Uint8Array
  /** From now on; default 30 days. */
  readonly validDays?: number
  /** How many inquiries it covers; default 1. */
  readonly maxUses?: number
  /**
   * The caller's name of this registration: repeated under it, also after a crash or from another process of the home, it
   * gives the consent that it gave before. Without it every call registers another.
   */
  readonly requestId?: string
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

/** What {@link Consents} works with. */
export interface ConsentParts {
  readonly consortium: Consortium
  readonly store: ConsentStore
  readonly claims: RequestClaims
  /** Awaited with an up-to-date mirror before a consent is withdrawn. */
  readonly beforeWithdrawal: () => Promise<unknown>
}

/** The firm's register of investors' authorisations. */
export class Consents {
  readonly #consortium: Consortium
  readonly #store: ConsentStore
  readonly #claims: RequestClaims
  readonly #random: RandomSource
  readonly #beforeWithdrawal: () => Promise<unknown>

  constructor(
    { consortium, store, claims, beforeWithdrawal }: ConsentParts,
    random: RandomSource = systemRandom,
  ) {
    this.#consortium = consortium
    this.#store = store
    this.#claims = claims
    this.#random = random
    this.#beforeWithdrawal = beforeWithdrawal
  }

  /**
   * Registers a consent: commits to the subject (T₀ = s·H(x), perfectly hiding), keeps the opening at home and records
   * the commitment, scope and validity on the ledger. With a `requestId` it does so once.
   *
   * @throws ERR_CONSENT_INVALID, ERR_INPUT_RANGE for a request id that is none, ERR_REQUEST_ID_REUSED when it was about
   * another subject or other terms, ERR_REQUEST_BUSY, ERR_CONSENT_EXPIRED when the consent of a registration that was cut
   * off has ended since, ERR_CHANNEL_… when the association cannot be reached or the caller aborts
   */
  async register(subject: Subject, terms: ConsentTerms): Promise<ConsentId> {
    const { signal } = terms
    throwIfEnded(signal)
    const fresh = this.#random.bytes(16)
    if (terms.requestId === undefined) {
      return this.#record(this.#commit(fresh, subject, terms), signal)
    }
    const requestId = parseRequestId(terms.requestId, subject)
    // No request id holds a line feed, so that these are apart from inquiries.
    return this.#claims.hold(`consent\n${requestId}`, { patienceMs: PATIENCE_MS, signal }, async () => {
      const consentId = this.#store.requestedId(requestId, scopeOf(subject, terms), fresh)
      const stored = this.#store.find(consentId)
      // What was cut off before it was stored has not left this home.
      if (stored === undefined) return this.#record(this.#commit(consentId, subject, terms), signal)
      return this.#recordOnce(consentReceiptCodec.decode(stored.receipt), signal)
    })
  }

  /**
   * Ends a consent of this home for good, and the intents under it that may still be asked; later ones are refused.
   * More than fit one entry end with several; after a failure, call it again.
   *
   * @throws ERR_CONSENT_UNKNOWN, ERR_CONSENT_WITHDRAWN when it was before, ERR_CHANNEL_…
   */
  async withdraw(consentId: ConsentId, reason: WithdrawalReason, options: WaitOptions = {}): Promise<void> {
    throwIfEnded(options.signal)
    const { receipt } = this.find(consentId)
    const { consentId: id } = receipt
    for (let attempt = 1, isDone = false; !isDone; ) {
      await this.#consortium.sync()
      await this.#beforeWithdrawal()
      await this.#consortium.sync()
      const now = Date.now()
      const live = liveIntents(this.#consortium.registry, id, now)
      const intents = live.slice(0, MAX_ENDED_INTENTS)
      const withdrawal = { consentId: id, reason, intents }
      try {
        await waitFor(
          this.#consortium.append('consent-withdrawn', withdrawal, { now: () => now }),
          options.signal,
        )
        isDone = intents.length === live.length
      } catch (error) {
        // Another check of this firm recorded an intent meanwhile, or one expired.
        const isLate = error instanceof MixunError && error.code === 'ERR_LEDGER_ENDED'
        if (!isLate || attempt === MAX_WITHDRAWALS) throw error
        attempt++
      }
    }
  }

  /** Ids of the consents that a subject gave to this home, oldest first. */
  idsOf(subject: Uint8Array): Uint8Array[] {
    return this.#store.idsOf(subject)
  }

  /** A consent that this home registered. @throws ERR_CONSENT_UNKNOWN */
  find(consentId: ConsentId): RegisteredConsent {
    const stored = /^[0-9a-f]{32}$/.test(consentId) ? this.#store.find(fromHex(consentId)) : undefined
    if (stored === undefined)
      return fail('ERR_CONSENT_UNKNOWN', 'this home registered no consent with this id')
    return new RegisteredConsent(consentReceiptCodec.decode(stored.receipt), stored.secret)
  }

  /** Makes a consent and stores it durably. @throws ERR_CONSENT_INVALID */
  #commit(consentId: Uint8Array, subject: Subject, terms: ConsentTerms): ConsentReceipt {
    const { identity } = this.#consortium.home
    const oprf = oprfSuiteOf(identity.suite.id)
    const input = subject.encode()
    const { commitment, opening } = commitSubject(oprf, input, this.#random)
    const documentSalt = this.#random.bytes(DOCUMENT_SALT_BYTES)
    const now = Date.now()
    const receipt: ConsentReceipt = {
      version: 1,
      consentId,
      inquirer: identity.partyId,
      commitment,
      classes: classesOf(terms),
      datasets: datasetsOf(terms),
      purpose: terms.purpose,
      documentDigest: documentDigest(identity.suite, documentSalt, terms.document),
      notBefore: now,
      notAfter: now + validDaysOf(terms) * DAY_MS,
      maxUses: maxUsesOf(terms),
      issuedAt: now,
    }
    if (receipt.notAfter - receipt.notBefore > MAX_CONSENT_VALIDITY_MS) {
      fail('ERR_CONSENT_INVALID', `validDays: expected at most ${MAX_CONSENT_VALIDITY_MS / DAY_MS}`)
    }
    const { bytes } = signConsentReceipt(identity, receipt)
    const secret = { idType: subject.idType, idNumber: subject.reveal(), opening, documentSalt }
    this.#store.add(consentId, input, bytes, secret)
    for (const each of [input, opening, documentSalt]) wipe(each)
    return receipt
  }

  async #record(receipt: ConsentReceipt, signal: AbortSignal | undefined): Promise<ConsentId> {
    const { version: _version, issuedAt: _issuedAt, ...recorded } = receipt
    const appended = this.#consortium.append('consent', {
      ...recorded,
      classes: [...recorded.classes],
      datasets: [...recorded.datasets],
    })
    await waitFor(appended, signal)
    return toHex(receipt.consentId) as ConsentId
  }

  /** For a consent that may be on the ledger already: its id is there once, whatever the entries it is sent in. */
  async #recordOnce(receipt: ConsentReceipt, signal: AbortSignal | undefined): Promise<ConsentId> {
    const id = toHex(receipt.consentId) as ConsentId
    await waitFor(this.#consortium.sync(), signal)
    if (this.#consortium.registry.consent(receipt.consentId) !== undefined) return id
    if (Date.now() >= receipt.notAfter) {
      fail('ERR_CONSENT_EXPIRED', 'the consent ended before it was on record')
    }
    try {
      return await this.#record(receipt, signal)
    } catch (error) {
      // An entry that was under way has come in meanwhile.
      if (error instanceof MixunError && error.code === 'ERR_LEDGER_CONSENT_EXISTS') return id
      throw error
    }
  }
}

/** Whom and what a registration is about. Secret. */
function scopeOf(subject: Subject, terms: ConsentTerms): Uint8Array[] {
  const names = [
    terms.purpose,
    classesOf(terms).join(),
    datasetsOf(terms).join(),
    validDaysOf(terms),
    maxUsesOf(terms),
  ]
  return [subject.encode(), terms.document, utf8(names.join('/'))]
}

function classesOf({ classes }: ConsentTerms): RecordClass[] {
  return [...new Set(classes)].toSorted()
}

function datasetsOf({ datasets }: ConsentTerms): string[] {
  return [...new Set(datasets)].toSorted()
}

function validDaysOf({ validDays = 30 }: ConsentTerms): number {
  return validDays
}

function maxUsesOf({ maxUses = 1 }: ConsentTerms): number {
  return maxUses
}
