export { OwnRecords, type OwnEntry } from './own-records.ts'
export { openVault } from './open-vault.ts'
export { Vault } from './vault.ts'
