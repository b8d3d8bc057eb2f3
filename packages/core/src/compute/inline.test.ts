import { computeCompliance } from '../testing/compute-compliance.ts'
import { inlinePool } from './index.ts'

computeCompliance('inline pool', modules => inlinePool({ modules }))
