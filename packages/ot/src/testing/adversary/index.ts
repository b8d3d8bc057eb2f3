export { BATCHED_PSI_ATTACKS } from './batched-psi.ts'
export { type HostileElement, hostileElements } from './base-ot-messages.ts'
export { type Bet, BettingReceiver, cheatInTree } from './betting-receiver.ts'
export { otAdversaryConformance } from './conformance.ts'
export { type PsiAttack, type PsiAttackSizes, psiAttacks } from './ecdh-psi.ts'
export { type GarblingAttack, garblingAttacks, selectiveFailure } from './garbling.ts'
export type { OtImplementation } from './hostile-runs.ts'
export { FRAME_ATTACKS, type FrameAttack, hostileSession } from './hostile-session.ts'
export {
  type JointAnswerAttack,
  jointAnswerAttacks,
  type JointFrameAttacks,
  type JointOutcomes,
  jointFrameAttacks,
} from './joint-query.ts'
export { PSI_CARDINALITY_ATTACKS } from './psi-cardinality.ts'
export type { RoleAttack } from './role-attack.ts'
export { type Tamper, tamperedSession } from './tampered-session.ts'
