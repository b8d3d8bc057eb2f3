import { compareBytes, equalConstantTime, fromUtf8, utf8 } from '../bytes/index.ts'
import { fail } from '../errors/index.ts'
import { toHalfWidth } from './half-width.ts'
import { canonicalOneCode } from './one-code.ts'
import { Redacted } from './redacted.ts'
import { canonicalResidentId } from './resident-id.ts'
import { canonicalUscc } from './uscc.ts'

const CANONICAL = {
  'resident-id': canonicalResidentId,
  uscc: canonicalUscc,
  'one-code': canonicalOneCode,
} as const

/** Resident identity number (GB 11643), unified social credit code (GB 32100), one-code account (一码通). */
export type IdType = keyof typeof CANONICAL

/** All types of identifiers. */
export const ID_TYPES = Object.keys(CANONICAL) as readonly IdType[]

/**
 * Whom a record or an inquiry is about: an identifier type and its canonical number. The number is secret; it leaves
 * the object only through {@link Subject.encode} and {@link Subject.reveal}, and prints redacted everywhere.
 */
export class Subject extends Redacted {
  readonly idType: IdType
  readonly #number: string

  private constructor(idType: IdType, number: string) {
    super('subject')
    this.idType = idType
    this.#number = number
  }

  /**
   * Normalises `text` (full-width forms, spaces around it, lower-case letters, 15-digit resident numbers) and checks it.
   * Messages never hold the text.
   *
   * @throws ERR_PARAMETER_UNKNOWN for another identifier type, ERR_SUBJECT_FORMAT, ERR_SUBJECT_CHECK_DIGIT
   */
  static parse(idType: string, text: string): Subject {
    if (!isIdType(idType)) {
      fail('ERR_PARAMETER_UNKNOWN', `expected an identifier type of ${ID_TYPES.join(', ')}`)
    }
    const normalised = toHalfWidth(text)
      .trim()
      // Only ASCII: toUpperCase would turn other letters and ligatures into valid ones.
      .replace(/[a-z]/g, letter => letter.toUpperCase())
    return new Subject(idType, CANONICAL[idType](normalised))
  }

  /** The input of the protocols: UTF-8 of `idType:number`, so that equal numbers of two types stay apart. Secret. */
  encode(): Uint8Array {
    return utf8(`${this.idType}:${this.#number}`)
  }

  /** Reads what {@link Subject.encode} wrote. @throws ERR_PARAMETER_UNKNOWN, ERR_SUBJECT_FORMAT, ERR_SUBJECT_CHECK_DIGIT */
  static decode(input: Uint8Array): Subject {
    const text = fromUtf8(input)
    const colon = text.indexOf(':')
    const subject = Subject.parse(text.slice(0, Math.max(0, colon)), text.slice(colon + 1))
    if (compareBytes(subject.encode(), input) !== 0)
      fail('ERR_SUBJECT_FORMAT', 'expected a canonical subject')
    return subject
  }

  /** The canonical number in the clear, for the firm's own store and screen. */
  reveal(): string {
    return this.#number
  }

  equals(other: Subject): boolean {
    return equalConstantTime(this.encode(), other.encode())
  }
}

function isIdType(text: string): text is IdType {
  return Object.hasOwn(CANONICAL, text)
}
