import { createHash, randomUUID } from 'node:crypto'
import {
  DefaultRecord,
  type KindCode,
  parseIsoDate,
  saltedSourceDigest,
  type Subject,
} from '@mixun/core/domain'
import type { Home } from '@mixun/sdk/home'
import { openBatches } from '../stores/open.ts'
import type { StoredRecord } from '../stores/stored-record.ts'

/** A default as tests write it down. */
export interface MadeDefault {
  readonly subject: Subject
  readonly kind: KindCode
  readonly occurredOn?: string
  readonly amountFen?: bigint
  readonly status?: 'open' | 'disputed' | 'cured' | 'withdrawn'
  readonly curedOn?: string
  /** What its basis is made from. */
  readonly basis?: string
}

/** Amount of a default that says none: long enough to be told from chance in a log. */
export const AMOUNT_FEN = 98_765_432_101n

export function storedRecord(home: Pick<Home, 'identity'>, made: MadeDefault): StoredRecord {
  const sha256 = (...parts: string[]) => Uint8Array.from(createHash('sha256').update(parts.join()).digest())
  const row = JSON.stringify([made.kind, made.occurredOn, made.subject.reveal()])
  const source = { digest: sha256('row', row), salt: sha256('salt', row) }
  const record = DefaultRecord.of({
    kind: made.kind,
    occurredOn: parseIsoDate(made.occurredOn ?? '2025-03-14'),
    amountFen: made.amountFen ?? AMOUNT_FEN,
    status: made.status ?? 'open',
    curedOn: made.curedOn === undefined ? null : parseIsoDate(made.curedOn),
    sourceDigest: saltedSourceDigest(home.identity.suite, source),
    reporter: home.identity.partyId,
  })
  const digest = sha256(made.basis ?? 'SQ00000001')
  return { subject: made.subject, record, basis: { kind: 'consent', digest }, cohort: 'new', source }
}

/** Puts records into a batch of `home` as `mixun import` does, without a file. Returns the batch's id. */
export function importRecords(home: Home, records: readonly MadeDefault[]): number {
  using batches = openBatches(home)
  const batch = batches.begin({
    fileName: 'made.csv',
    profile: 'made',
    asOf: '2026-06-30',
    maker: MAKER,
  })
  records.forEach((made, i) => batch.add(i + 1, made.status !== 'withdrawn', storedRecord(home, made)))
  const { length } = records
  const digest = createHash('sha256').update(randomUUID()).digest('hex')
  batch.commit(digest, { rows: length, accepted: length, published: length, rejected: {} })
  return batch.id
}

/** Imports, reviews and approves records: ready to be published. */
export function approveRecords(home: Home, records: readonly MadeDefault[]): void {
  const id = importRecords(home, records)
  using batches = openBatches(home)
  batches.decide(id, CHECKER, 'reviewed')
  batches.decide(id, CHECKER, 'approved')
}

/** The operators of every test home. */
export const MAKER = 'ma.li'
export const CHECKER = 'wang.fang'
