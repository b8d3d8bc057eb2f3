export type IdType = 'resident-id' | 'uscc'
export type RecordClass = 'A' | 'B' | 'C'
export type Status = 'open' | 'cured' | 'disputed' | 'withdrawn'

/** Reasons for refusing a row, in the order in which they are looked for. */
export type Rejection =
  | 'id-format'
  | 'id-check'
  | 'kind'
  | 'date'
  | 'date-future'
  | 'amount'
  | 'status'
  | 'no-basis'
  | 'cohort'

/** Kinds of default by Chinese name. Class A belongs to the association, B and C to the firms. */
const KIND_CLASSES: ReadonlyMap<string, RecordClass> = new Map([
  ['行政处罚', 'A'],
  ['股票质押式回购黑名单', 'A'],
  ['未按规定补足担保物', 'B'],
  ['合约期满未清偿', 'B'],
  ['提供虚假信息', 'B'],
  ['司法纠纷', 'B'],
  ['重点监控名单', 'C'],
  ['其他严重影响偿债能力的违约', 'C'],
])

const STATUSES: ReadonlyMap<string, Status> = new Map([
  ['未了结', 'open'],
  ['已了结', 'cured'],
  ['争议中', 'disputed'],
  ['已撤销', 'withdrawn'],
])

/** One row as exported: texts not yet cleaned. `null` marks a column this file does not have. */
export interface RawRow {
  readonly idType: IdType | undefined
  readonly idNumber: string
  readonly kind: string
  readonly occurredOn: string
  readonly amount: string | null
  readonly status: string | null
  readonly closedOn: string | null
  readonly basis: string | null
  readonly cohort: string | null
}

export interface AcceptedRow {
  readonly idType: IdType
  readonly idNumber: string
  readonly class: RecordClass
  readonly kind: string
  /** ISO date. */
  readonly occurredOn: string
  /** Whole fen; `null` when the export leaves the amount empty. */
  readonly amountFen: bigint | null
  readonly status: Status
  readonly published: boolean
}

/** Applies the rules in their order; the duplicate rule needs the whole file and comes after. */
export function judgeRow(
  row: RawRow,
  classes: readonly RecordClass[],
  asOf: string,
): AcceptedRow | Rejection {
  if (row.idType === undefined) return 'id-format'
  const identity = readIdentity(row.idType, row.idNumber)
  if ('rejection' in identity) return identity.rejection
  const kind = clean(row.kind)
  const recordClass = KIND_CLASSES.get(kind)
  if (recordClass === undefined || !classes.includes(recordClass)) return 'kind'
  const occurredOn = readDate(row.occurredOn)
  if (occurredOn === undefined) return 'date'
  if (occurredOn > asOf) return 'date-future'
  const amountFen = row.amount === null ? null : readAmount(row.amount)
  if (amountFen === undefined) return 'amount'
  const status = row.status === null ? 'open' : STATUSES.get(clean(row.status))
  if (status === undefined) return 'status'
  if (row.basis !== null && clean(row.basis) === '') return 'no-basis'
  if (row.cohort !== null && clean(row.cohort) === '存量') return 'cohort'
  const published = isPublished(status, row.closedOn, asOf)
  const { idType } = row
  return {
    idType,
    idNumber: identity.idNumber,
    class: recordClass,
    kind,
    occurredOn,
    amountFen,
    status,
    published,
  }
}

/** Half-width characters, no spreadsheet traces (`="…"`, leading apostrophe), no surrounding spaces. */
function clean(text: string): string {
  const half = text.replace(/[\uff01-\uff5e]/g, wide => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
  const trimmed = half.trim()
  const unwrapped = /^="(.*)"$/s.exec(trimmed)?.[1] ?? trimmed
  return unwrapped.replace(/^'/, '').trim()
}

export type Identity = { readonly idNumber: string } | { readonly rejection: 'id-format' | 'id-check' }

/** Normalises an identifier (a 15-digit resident number becomes 18 digits) and checks it. */
export function readIdentity(idType: IdType, text: string): Identity {
  const number = clean(text).toUpperCase()
  return idType === 'uscc' ? readOrganisation(number) : readResident(number)
}

function readResident(number: string): Identity {
  const firstGeneration = /^\d{15}$/.test(number)
  if (!firstGeneration && !/^\d{17}[\dX]$/.test(number)) return { rejection: 'id-format' }
  const body = firstGeneration ? `${number.slice(0, 6)}19${number.slice(6)}` : number.slice(0, 17)
  if (!isDate(body.slice(6, 10), body.slice(10, 12), body.slice(12, 14))) return { rejection: 'id-format' }
  const idNumber = body + residentCheckDigit(body)
  return firstGeneration || idNumber === number ? { idNumber } : { rejection: 'id-check' }
}

/** GB 11643: ISO 7064 MOD 11-2 over 17 digits. */
function residentCheckDigit(body: string): string {
  let sum = 0
  for (const digit of body) sum = (sum + Number(digit)) * 2
  return '0123456789X'.charAt((12 - (sum % 11)) % 11)
}

const ORGANISATION_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'

/** GB 32100: 18 characters without I, O, S, V and Z; the last makes the weighted sum a multiple of 31. */
function readOrganisation(number: string): Identity {
  if (number.length !== 18) return { rejection: 'id-format' }
  let sum = 0
  let weight = 1
  for (const character of number.slice(0, 17)) {
    const value = ORGANISATION_ALPHABET.indexOf(character)
    if (value === -1) return { rejection: 'id-format' }
    sum += value * weight
    weight = (weight * 3) % 31
  }
  const check = ORGANISATION_ALPHABET.indexOf(number.charAt(17))
  if (check === -1) return { rejection: 'id-format' }
  return (sum + check) % 31 === 0 ? { idNumber: number } : { rejection: 'id-check' }
}

const DATE_FORMS = [
  /^(\d{4})-(\d{2})-(\d{2})$/,
  /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{4})(\d{2})(\d{2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})日$/,
]

/** Reads one of the four date forms as an ISO date; `undefined` when the text is no date. */
export function readDate(text: string): string | undefined {
  for (const form of DATE_FORMS) {
    const [, year, month, day] = form.exec(clean(text)) ?? []
    if (year === undefined || month === undefined || day === undefined) continue
    return isDate(year, month, day) ? `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}` : undefined
  }
  return undefined
}

function isDate(year: string, month: string, day: string): boolean {
  const date = new Date(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T00:00:00Z`)
  // JavaScript rolls 30 February over into March, so the day has to survive the round trip.
  return !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)
}

/** Reads yuan or 万元 as whole fen: `null` when empty (unknown), `undefined` when the text is no amount. */
export function readAmount(text: string): bigint | null | undefined {
  const amount = clean(text)
  if (amount === '') return null
  const match = /^(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?\s*(万元|元)?$/.exec(amount)
  if (match === null) return undefined
  const [, whole = '', fraction = '', unit] = match
  const decimals = unit === '万元' ? 6 : 2
  if (fraction.length > decimals) return undefined
  return BigInt(whole.replaceAll(',', '') + fraction.padEnd(decimals, '0'))
}

/** Withdrawn rows, and rows cured five years or more before the as-of date, are kept but not published. */
function isPublished(status: Status, closedOn: string | null, asOf: string): boolean {
  if (status === 'withdrawn') return false
  if (status !== 'cured') return true
  const closed = readDate(closedOn ?? '')
  const limit = `${Number(asOf.slice(0, 4)) - 5}${asOf.slice(4)}`
  return closed === undefined || closed > limit
}
