import { partyId } from '../codec/index.ts'
import { fail } from '../errors/index.ts'
import { type IsoDate, parseIsoDate } from './iso-date.ts'
import { type KindCode, type RecordClass, type RecordKind, RECORD_KINDS } from './kinds.ts'
import { Redacted } from './redacted.ts'

/** Where a record stands: still open, cured since, disputed by the investor, or withdrawn by its reporter. */
export type RecordStatus = 'open' | 'cured' | 'disputed' | 'withdrawn'

/** All statuses of a record. */
export const RECORD_STATUSES: readonly RecordStatus[] = ['open', 'cured', 'disputed', 'withdrawn']

/** The largest amount of a record in fen. */
export const MAX_AMOUNT_FEN: bigint = 2n ** 53n - 1n

const DIGEST_BYTES = 32

/** What {@link DefaultRecord.of} takes: the content of one record, all of it confidential. */
export interface DefaultRecordFields {
  readonly kind: KindCode
  readonly occurredOn: IsoDate
  /** In fen, 0 to {@link MAX_AMOUNT_FEN}; null when unknown. */
  readonly amountFen: bigint | null
  readonly status: RecordStatus
  /** Present when cured, absent when open; may stay when a cured record is disputed or withdrawn. */
  readonly curedOn: IsoDate | null
  /**
   * 32 bytes: the salted digest of the source. Its reporter alone can open it, to who challenges the record; others learn
   * nothing of the source from it. It names the record, so it is in no ledger entry and no log.
   */
  readonly sourceDigest: Uint8Array
  /** Party id of who reported it. */
  readonly reporter: string
}

/** One default of one subject. Immutable; prints redacted. Compare two through {@link DefaultRecord.toPlain}. */
export class DefaultRecord extends Redacted {
  readonly #fields: DefaultRecordFields
  readonly #kind: RecordKind

  private constructor(fields: DefaultRecordFields, kind: RecordKind) {
    super('default record')
    this.#fields = { ...fields, sourceDigest: Uint8Array.from(fields.sourceDigest) }
    this.#kind = kind
  }

  /** @throws ERR_RECORD_INVALID naming the field, never its value */
  static of(fields: DefaultRecordFields): DefaultRecord {
    const kind = RECORD_KINDS.find(({ code }) => code === fields.kind)
    if (!kind) return fail('ERR_RECORD_INVALID', 'kind: expected a code of the catalogue')
    checkDate('occurredOn', fields.occurredOn)
    if (fields.curedOn !== null) checkDate('curedOn', fields.curedOn)
    checkAmount(fields.amountFen)
    checkStatus(fields)
    if (!(fields.sourceDigest instanceof Uint8Array) || fields.sourceDigest.length !== DIGEST_BYTES) {
      fail('ERR_RECORD_INVALID', `sourceDigest: expected ${DIGEST_BYTES} bytes`)
    }
    if (!partyId.safeParse(fields.reporter).success) {
      fail('ERR_RECORD_INVALID', 'reporter: expected a party id')
    }
    return new DefaultRecord(fields, kind)
  }

  get class(): RecordClass {
    return this.#kind.class
  }
  get kind(): KindCode {
    return this.#kind.code
  }
  get occurredOn(): IsoDate {
    return this.#fields.occurredOn
  }
  get amountFen(): bigint | null {
    return this.#fields.amountFen
  }
  get status(): RecordStatus {
    return this.#fields.status
  }
  get curedOn(): IsoDate | null {
    return this.#fields.curedOn
  }
  get sourceDigest(): Uint8Array {
    return Uint8Array.from(this.#fields.sourceDigest)
  }
  get reporter(): string {
    return this.#fields.reporter
  }

  /** The content in the clear, for the firm's own store and screen. */
  toPlain(): DefaultRecordFields & { readonly class: RecordClass } {
    const { kind, occurredOn, amountFen, status, curedOn, reporter } = this.#fields
    return {
      class: this.#kind.class,
      kind,
      occurredOn,
      amountFen,
      status,
      curedOn,
      sourceDigest: this.sourceDigest,
      reporter,
    }
  }
}

function checkDate(field: string, date: string): void {
  try {
    parseIsoDate(date)
  } catch (cause) {
    fail('ERR_RECORD_INVALID', `${field}: expected a day of the calendar`, { cause })
  }
}

function checkAmount(amountFen: bigint | null): void {
  if (amountFen === null) return
  if (typeof amountFen !== 'bigint' || amountFen < 0n || amountFen > MAX_AMOUNT_FEN) {
    fail('ERR_RECORD_INVALID', `amountFen: expected 0 to ${MAX_AMOUNT_FEN} fen`)
  }
}

function checkStatus({ status, curedOn }: DefaultRecordFields): void {
  if (!RECORD_STATUSES.includes(status)) {
    fail('ERR_RECORD_INVALID', `status: expected one of ${RECORD_STATUSES.join(', ')}`)
  }
  if (status === 'cured' && curedOn === null) {
    fail('ERR_RECORD_INVALID', 'curedOn: expected a date because the status is cured')
  }
  if (status === 'open' && curedOn !== null) {
    fail('ERR_RECORD_INVALID', 'curedOn: expected none because the status is open')
  }
}
