export { Approvals, type InquiryRequest } from './approvals.ts'
export { BudgetUses, type OwnBudgetUse } from './budget-uses.ts'
export { OwnRecords, type OwnEntry } from './own-records.ts'
export { Vault } from './vault.ts'
