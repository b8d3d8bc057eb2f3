export { type PointsState, pointsEvents } from './events.ts'
export {
  applyPointsEvent,
  foldBalance,
  type PointsBalance,
  type PointsEvent,
  type PointsEventKind,
  ZERO_BALANCE,
} from './journal.ts'
export { REFUNDABLE_REFUSALS } from './refunds.ts'
export { contribution, type PointsRules, pointsRulesSchema, queryPrice } from './rules.ts'
