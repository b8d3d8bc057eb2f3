import { createHash } from 'node:crypto'
import { concat, utf8 } from '../bytes/index.ts'
import { sm3 } from '../sm/index.ts'

/** A subject that is looked for where it must not be. */
export interface CanarySubject {
  readonly idType: string
  /** As normalised. */
  readonly idNumber: string
}

/** One form in which a subject could show. */
export interface CanaryForm {
  /** For example `number, base64` or `SM3 of the encoded subject, hex`. */
  readonly name: string
  readonly bytes: Uint8Array
}

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

/**
 * Every form in which a subject is looked for: number and encoded subject as text in either case, in hex, base64 at any
 * offset, UTF-16 and reversed; the unsalted SHA-256 and SM3 of both, raw, in hex and in base64.
 */
export function canaryForms({ idType, idNumber }: CanarySubject): CanaryForm[] {
  const texts = [
    ['number', idNumber],
    ['encoded subject', `${idType}:${idNumber}`],
  ] as const
  return texts.flatMap(([what, text]) => {
    const plain = utf8(text)
    const digests = [
      ...binaryForms(`SHA-256 of the ${what}`, sha256(plain)),
      ...binaryForms(`SM3 of the ${what}`, sm3(plain)),
    ]
    return [...textForms(what, text), ...digests]
  })
}

/** The forms that are found in `content`, by name. */
export function findCanaries(content: Uint8Array, forms: readonly CanaryForm[]): string[] {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.length)
  return [
    ...new Set(
      forms
        .filter(({ bytes }) => buffer.includes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)))
        .map(({ name }) => name),
    ),
  ]
}

function textForms(what: string, text: string): CanaryForm[] {
  const form = (name: string, bytes: Uint8Array) => ({ name: `${what}, ${name}`, bytes })
  const little = Buffer.from(text, 'utf16le')
  return [
    ...binaryForms(what, utf8(text)),
    form('lower case', utf8(text.toLowerCase())),
    form('upper case', utf8(text.toUpperCase())),
    form('UTF-16 little-endian', little),
    form('UTF-16 big-endian', Buffer.from(little).swap16()),
    form('reversed', utf8([...text].toReversed().join(''))),
  ]
}

function binaryForms(what: string, bytes: Uint8Array): CanaryForm[] {
  const hex = Buffer.from(bytes).toString('hex')
  return [
    { name: `${what}, raw`, bytes },
    { name: `${what}, hex`, bytes: utf8(hex) },
    { name: `${what}, hex`, bytes: utf8(hex.toUpperCase()) },
    ...[0, 1, 2].flatMap(offset =>
      (['base64', 'base64url'] as const).map(encoding => ({
        name: `${what}, base64`,
        bytes: utf8(base64Within(bytes, offset, encoding)),
      })),
    ),
  ]
}

/** The characters that `bytes` alone decide, where base64 encodes them behind `offset` other bytes. */
function base64Within(bytes: Uint8Array, offset: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.from(concat(new Uint8Array(offset), bytes)).toString(encoding)
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6))
}
