export {
  type AuditCommitment,
  auditCommitment,
  type AuditResult,
  type AuditRules,
  type Audits,
  BUILT_IN_AUDIT_RULES,
  type Consequences,
  consequencesOf,
} from './audits.ts'
export { REPORT_WITHIN_WORKING_DAYS, Reporting, type ReportingFaults } from './reporting.ts'
export { isWorkingDay, nextDay, workingDaysAfter, workingDaysBetween } from './working-days.ts'
export { BUDGET_ALARM_SHARE, type Budgets, type BudgetUse } from './budgets.ts'
export {
  BUILT_IN_JOINT_RULES,
  isLive,
  type JointQueries,
  type JointRules,
  jointTableDigest,
  type RecordedJointIntent,
} from './joint-queries.ts'
export { type CatalogueKind, KindCatalogue } from './kind-catalogue.ts'
export type { ParameterSets } from './parameter-sets.ts'
export { Policy } from './policy.ts'
export type { RecordedNotice, RecordedTicket, Tickets } from './tickets.ts'
export {
  BUILT_IN_SHARING_RULES,
  isStatutory,
  type SharingRules,
  sharesExistingCustomers,
} from './sharing-rules.ts'
