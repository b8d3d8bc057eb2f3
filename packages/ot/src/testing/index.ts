export {
  BATCHED_PSI_ATTACKS,
  type BatchedPsiAttack,
  BettingReceiver,
  type Bet,
  cheatInTree,
  FRAME_ATTACKS,
  type FrameAttack,
  type GarblingAttack,
  garblingAttacks,
  type HostileElement,
  hostileElements,
  hostileSession,
  otAdversaryConformance,
  type OtImplementation,
  type PsiAttack,
  type PsiAttackSizes,
  psiAttacks,
  selectiveFailure,
  type Tamper,
  tamperedSession,
} from './adversary/index.ts'
export { SocketChannel } from './socket-channel.ts'
export { dealtBaseOts, dealtSetups } from './dealt-setups.ts'
