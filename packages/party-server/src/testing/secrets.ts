import { readdirSync } from 'node:fs'
import type { RecordClass } from '@mixun/core/domain'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import { encodeSecretKey, oprfSuiteOf } from '@mixun/ot/oprf'
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

/**
 * Texts that would show a key of a home, in hex and base64: everything that its key store drew when it was made, master
 * key and signing key among it, and every secret that the store holds now.
 */
export function textsOfKeys({ home, drawn }: TestParty): string[] {
  const files = readdirSync(home.paths.keys, { recursive: true }).map(String)
  const secrets = (['store', 'tls', 'ca'] as const)
    .filter(name => files.includes(`${name}.key`))
    .map(name => withoutArmour(home.keys.openSecret(name)))
  const oprf = oprfSuiteOf(home.identity.suite.id)
  const evaluationKeys = files.flatMap(file => {
    const [, recordClass, epoch] = /^oprf\/([ABC])-(\d+)\.key$/.exec(file) ?? []
    if (recordClass === undefined) return []
    return [encodeSecretKey(oprf, home.keys.openOprfKey(recordClass as RecordClass, Number(epoch)))]
  })
  return [...drawn, ...secrets, ...evaluationKeys].flatMap(secret => {
    const bytes = Buffer.from(secret)
    return [bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')]
  })
}

/** The bytes within PEM; others as they are. */
function withoutArmour(secret: Uint8Array): Uint8Array {
  const text = Buffer.from(secret).toString('latin1')
  if (!text.startsWith('-----')) return secret
  return Buffer.from(text.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64')
}

/** A source of randomness that keeps copies of what it gave. */
export function recordingRandom(): RandomSource & { readonly drawn: readonly Uint8Array[] } {
  const drawn: Uint8Array[] = []
  return {
    drawn,
    bytes(length) {
      const bytes = systemRandom.bytes(length)
      drawn.push(Uint8Array.from(bytes))
      return bytes
    },
  }
}

/** Those of `secrets` that `text` holds. */
export function leaksIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter(secret => text.includes(secret))
}
