// `mixun` as a process that ends at one of its durability points: tests run it instead of cli/main.ts.
import { insecure_armCrashPoints } from '@mixun/core/testing'

insecure_armCrashPoints()
await import('../cli/main.ts')
