import { decisionVerb } from './decide.ts'

export const approve = decisionVerb('approve', 'approved', [
  'approve a reviewed batch, as checker',
  '复核：批准已查看的批次',
])
