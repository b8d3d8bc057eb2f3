/** What an application pays for a few names: everything they pull in, minified and gzipped. */
export interface SizeLimit {
  readonly path: string
  readonly names: readonly string[]
  /** Bytes after gzip, third parties included, Node's own modules not. */
  readonly maxBytes: number
  /** A third party that must not be in the part that is loaded at once. */
  readonly without?: string
}

/** A tenth above what was measured: growth is a decision, not an accident. */
export const SIZE_LIMITS: readonly SizeLimit[] = [
  { path: '@mixun/core/errors', names: ['fail'], maxBytes: 12_000 },
  { path: '@mixun/core/bytes', names: ['toHex', 'concat'], maxBytes: 300 },
  { path: '@mixun/core/merkle', names: ['verifyInclusion'], maxBytes: 12_500 },
  { path: '@mixun/core/group', names: ['ristretto255'], maxBytes: 31_500 },
  { path: '@mixun/core/group', names: ['sm2'], maxBytes: 28_500 },
  { path: '@mixun/core/domain', names: ['Subject'], maxBytes: 13_500 },
  { path: '@mixun/ot/oprf', names: ['blind', 'finalize'], maxBytes: 57_000 },
  { path: '@mixun/ot/sealed-table', names: ['openRow', 'SealedTable'], maxBytes: 79_500 },
  { path: '@mixun/ledger-adapter/checkpoint', names: ['openCheckpoint'], maxBytes: 14_500 },
  { path: '@mixun/sdk', names: ['Mixun', 'Subject'], maxBytes: 263_000, without: 'node-seal' },
]
