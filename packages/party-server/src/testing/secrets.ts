import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AMOUNT_FEN, type MadeDefault } from './records.ts'
import type { TestParty } from './test-party.ts'

/** Texts that would show a default in a log: number, date and amount, plain and in the usual encodings. */
export function textsOfDefaults(defaults: readonly MadeDefault[]): string[] {
  return defaults.flatMap(({ subject, amountFen }) => {
    const bytes = Buffer.from(subject.encode())
    const number = subject.reveal()
    return [
      number,
      number.slice(6, 14),
      bytes.toString('hex'),
      bytes.toString('base64'),
      String(amountFen ?? AMOUNT_FEN),
    ]
  })
}

/** Texts that would show a key of a home: every file under keys/, whole and as hex and base64 of its content. */
export function textsOfKeys(party: TestParty): string[] {
  const folder = join(party.root, 'keys')
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .flatMap(entry => {
      const text = readFileSync(join(entry.parentPath, entry.name), 'utf8').trim()
      const body = text.replaceAll(/-----[A-Z ]+-----|\s/g, '')
      const bytes = /^[0-9a-f]+$/.test(body) ? Buffer.from(body, 'hex') : Buffer.from(body, 'base64')
      return [body, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')]
    })
}

/** Those of `secrets` that `text` holds. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter(secret => text.includes(secret))
}
