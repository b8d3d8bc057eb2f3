import type { RecordClass } from '@mixun/core/domain'

/** Secrets that are used outside of a key store: the local stores' key, and private keys of TLS and the CA in PEM. */
export const SECRET_NAMES = ['store', 'tls', 'ca'] as const
/** Which secret of a home: the store key, or the private key of TLS or of the CA. */
export type SecretName = (typeof SECRET_NAMES)[number]

/** What a key file holds. `master` wraps all the others and is itself wrapped under the passphrase. */
export const KEY_KINDS = ['master', 'identity', 'decryption', ...SECRET_NAMES, 'oprf', 'joint'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** Keys that a party changes in its life; the older ones stay, for what was signed with them or sealed to them. */
export type RotatedKind = 'identity' | 'decryption' | 'tls'

/** What one key of a home is for. */
export interface KeyName {
  readonly kind: KeyKind
  /** Of a sealed table, for its evaluation key only. */
  readonly class: RecordClass | null
  /** Of a sealed table; the version of a joint table; of a key that its party changes, its generation, null for the first. */
  readonly epoch: number | null
}

/** The name of a key by what it is for. */
export const keyName = (kind: Exclude<KeyKind, 'oprf' | 'joint'>, generation = 1): KeyName => ({
  kind,
  class: null,
  epoch: generation === 1 ? null : generation,
})

/** The name of the evaluation key of a class and epoch. */
export const oprfKeyName = (recordClass: RecordClass, epoch: number): KeyName => ({
  kind: 'oprf',
  class: recordClass,
  epoch,
})

/** The name of what one version of the own joint tables is served with. */
export const jointKeyName = (version: number): KeyName => ({ kind: 'joint', class: null, epoch: version })

/** Where a key lies under the keys folder. */
export function keyFileName(name: KeyName): string {
  if (name.kind === 'master') return 'keystore'
  if (name.kind === 'oprf') return `oprf/${name.class}-${name.epoch}.key`
  if (name.kind === 'joint') return `oprf/joint-${name.epoch}.key`
  return name.epoch === null ? `${name.kind}.key` : `${name.kind}-${name.epoch}.key`
}

/** The generation of a key of this kind by the name of its file; null for the file of another. */
export function generationOf(kind: RotatedKind, fileName: string): number | null {
  const match = /^([a-z]+)(?:-([1-9]\d{0,5}))?\.key$/.exec(fileName)
  return match?.[1] === kind ? Number(match[2] ?? 1) : null
}

/** The version of joint tables by the name of the file of its keys; null for the file of another key. */
export function jointVersionOf(fileName: string): number | null {
  const match = /^joint-([1-9]\d{0,9})\.key$/.exec(fileName)
  return match === null ? null : Number(match[1])
}
