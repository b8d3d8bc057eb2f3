export { BUILT_IN_PROFILES, loadProfile } from './load-profile.ts'
