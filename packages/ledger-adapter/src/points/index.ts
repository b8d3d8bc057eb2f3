export {
  type BlindingSource,
  checkClosingSum,
  closeEpoch,
  closingBalance,
  closingOpening,
  type ClosingOpening,
  verifyClosingOpening,
} from './closing.ts'
export { dueClosing } from './due-closing.ts'
export { type PointsState, pointsEvents, reportingPenalties } from './events.ts'
export {
  applyPointsEvent,
  foldBalance,
  type PointsBalance,
  type PointsEvent,
  type PointsEventKind,
  ZERO_BALANCE,
} from './journal.ts'
export {
  PERIOD_LENGTHS,
  type Period,
  periodAfter,
  type PeriodLength,
  periodNamed,
  periodOf,
} from './periods.ts'
export { REFUNDABLE_REFUSALS } from './refunds.ts'
export { contribution, type PointsRules, pointsRulesSchema, queryPrice } from './rules.ts'
