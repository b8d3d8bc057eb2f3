/** What an application pays for a few names: everything they pull in, minified and gzipped. */
export interface SizeLimit {
  readonly path: string
  readonly names: readonly string[]
  /** Bytes after gzip, third parties included, Node's own modules not. */
  readonly maxBytes: number
  /** A third party that must not be in the part that is loaded at once. */
  readonly without?: string
}

/** What was measured and room for the error table, which everything pulls in: growth is a decision, not an accident. */
export const SIZE_LIMITS: readonly SizeLimit[] = [
  { path: '@mixun/core/errors', names: ['fail'], maxBytes: 20_500 },
  { path: '@mixun/core/bytes', names: ['toHex', 'concat'], maxBytes: 300 },
  { path: '@mixun/core/merkle', names: ['verifyInclusion'], maxBytes: 21_000 },
  { path: '@mixun/core/group', names: ['ristretto255'], maxBytes: 39_000 },
  { path: '@mixun/core/group', names: ['sm2'], maxBytes: 62_300 },
  { path: '@mixun/core/domain', names: ['Subject'], maxBytes: 22_100 },
  { path: '@mixun/ot/oprf', names: ['blind', 'finalize'], maxBytes: 81_800 },
  { path: '@mixun/ot/sealed-table', names: ['openRow', 'SealedTable'], maxBytes: 106_500 },
  { path: '@mixun/ledger-adapter/checkpoint', names: ['openCheckpoint'], maxBytes: 49_700 },
  { path: '@mixun/sdk', names: ['Mixun', 'Subject'], maxBytes: 356_000, without: 'node-seal' },
]
