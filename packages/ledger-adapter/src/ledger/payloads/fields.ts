import { binary, partyId, uint } from '@mixun/core/codec'
import { calendarDate, type IsoDate } from '@mixun/core/domain'
import type { SuiteId } from '@mixun/core/suite'
import { z } from 'zod'

/** Class of records: A regulatory, B base, C extended. */
export const recordClass = z.enum(['A', 'B', 'C'])

/** One to three classes, in ascending order. */
export const classList = z
  .array(recordClass)
  .min(1)
  .max(3)
  .refine(classes => isStrictlyAscending(classes), 'ascending classes')

/** A calendar day, `YYYY-MM-DD`. */
export const isoDate = z.custom<IsoDate>(isDay, 'a day of the calendar')

function isDay(day: unknown): boolean {
  if (typeof day !== 'string') return false
  const [year, month, date] = day.split('-').map(Number)
  return calendarDate(year ?? 0, month ?? 0, date ?? 0) === day
}

/** A group element in its encoding: 32 bytes (ristretto255) or 33 (P-256, SM2). Decoded by whoever computes with it. */
export const elementBytes = binary(32, 33)

/** Bytes of an element that a consortium of this suite commits to and asks with: ristretto255, or SM2 compressed. */
export function elementBytesOf(suite: SuiteId): number {
  return suite === 'sm' ? 33 : 32
}

/** Number of a table's epoch, counted by its provider. */
export const epoch = uint(0xffff_ffff)

/** What the numbers of a joint table are, in the consortium's words. */
export const datasetName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)

/** Names one table of the consortium. */
export const tableName = z.strictObject({ provider: partyId, class: recordClass, epoch })

/** Names one table of the consortium: provider, class and epoch. */
export type TableName = z.infer<typeof tableName>

export function isStrictlyAscending(keys: readonly string[]): boolean {
  return keys.every((key, i) => i === 0 || (keys[i - 1] as string) < key)
}

/** Sorts and compares tables by provider, then class. Party ids never hold a slash. */
export function askedKey(table: { readonly provider: string; readonly class: string }): string {
  return `${table.provider}/${table.class}`
}
