import type { Registry } from '@mixun/ledger-adapter/ledger'

/** When the next epoch of a class began, by its provider's clock; null for the current epoch and one never published. */
export function epochEndedAt(
  registry: Registry,
  provider: string,
  className: string,
  epoch: number,
): number | null {
  const current = registry.currentTable(provider, className)?.epoch ?? 0
  for (let next = epoch + 1; next <= current; next++) {
    const begun = registry.tableVersion(provider, className, next, 0)
    if (begun !== undefined) return begun.createdAt
  }
  return null
}
