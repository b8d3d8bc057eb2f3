export { type AcceptSessionOptions, acceptSession } from './accept.ts'
export {
  type Dataset,
  type Hello,
  type HelloReply,
  MAX_CLOCK_SKEW_MS,
  MAX_HELLO_LIFETIME_MS,
} from './hello.ts'
export type { Identity, Peer } from './identity.ts'
export { type OpenSessionOptions, openSession } from './open.ts'
export { publicCode } from './refusal.ts'
export { ReplayGuard } from './replay-guard.ts'
export { Session } from './session.ts'
