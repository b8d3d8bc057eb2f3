export { CRASH_VARIABLE, durabilityPoint, insecure_observeDurability } from './durability.ts'
