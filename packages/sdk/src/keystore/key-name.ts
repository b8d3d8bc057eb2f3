import type { RecordClass } from '@mixun/core/domain'

/** Secrets that are used outside of a key store: the local stores' key, and private keys of TLS and the CA in PEM. */
export const SECRET_NAMES = ['store', 'tls', 'ca'] as const
/** Which secret of a home: the store key, or the private key of TLS or of the CA. */
export type SecretName = (typeof SECRET_NAMES)[number]

/** What a key file holds. `master` wraps all the others and is itself wrapped under the passphrase. */
export const KEY_KINDS = ['master', 'identity', 'decryption', ...SECRET_NAMES, 'oprf'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** What one key of a home is for; class and epoch are those of a sealed table, for its evaluation key only. */
export interface KeyName {
  readonly kind: KeyKind
  readonly class: RecordClass | null
  readonly epoch: number | null
}

/** The name of a key by what it is for. */
export const keyName = (kind: Exclude<KeyKind, 'oprf'>): KeyName => ({ kind, class: null, epoch: null })

/** The name of the evaluation key of a class and epoch. */
export const oprfKeyName = (recordClass: RecordClass, epoch: number): KeyName => ({
  kind: 'oprf',
  class: recordClass,
  epoch,
})

/** Where a key lies under the keys folder. */
export function keyFileName(name: KeyName): string {
  if (name.kind === 'master') return 'keystore'
  return name.kind === 'oprf' ? `oprf/${name.class}-${name.epoch}.key` : `${name.kind}.key`
}
