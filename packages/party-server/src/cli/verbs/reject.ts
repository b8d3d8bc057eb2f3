import { decisionVerb } from './decide.ts'

export const reject = decisionVerb('reject', 'rejected', [
  'send a reviewed batch back, as checker',
  '复核：退回已查看的批次',
])
