export {
  BettingReceiver,
  type Bet,
  cheatInTree,
  FRAME_ATTACKS,
  type FrameAttack,
  type HostileElement,
  hostileElements,
  hostileSession,
  otAdversaryConformance,
  type OtImplementation,
} from './adversary/index.ts'
export { SocketChannel } from './socket-channel.ts'
export { dealtBaseOts, dealtSetups } from './dealt-setups.ts'
