import { z } from 'zod'

/** A binary field of at least `min` and at most `max` bytes; `max` defaults to `min`. */
export const binary = (min: number, max: number = min) =>
  z
    .custom<Uint8Array>(value => value instanceof Uint8Array && value.length >= min && value.length <= max)
    .transform((bytes): Uint8Array => new Uint8Array(bytes))

/** An unsigned safe integer of at most `max`. */
export const uint = (max: number = Number.MAX_SAFE_INTEGER) => z.number().int().min(0).max(max)

/** A short text of 1 to `maxChars` UTF-16 units; lone surrogates, which UTF-8 cannot carry, are refused. */
export const text = (maxChars: number) =>
  z
    .string()
    .min(1)
    .max(maxChars)
    .refine(value => value.isWellFormed())

/** The id of a party: lower-case letters, digits and hyphens, 1 to 32 of them. */
export const partyId = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)

/** Milliseconds since 1970-01-01T00:00Z. */
export const unixMs = uint(8_640_000_000_000_000)
