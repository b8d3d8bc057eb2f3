export {
  encodeJointTable,
  type JointTableCommitment,
  type JointTableId,
  jointTableCommitmentCodec,
  openJointTable,
  verifyJointTableCommitment,
  verifyMaskKey,
} from './commitment.ts'
export { evaluateSubjectsInPool } from './evaluate-in-pool.ts'
export { subjectHandle } from './handle.ts'
export { type JointCheck, type JointCheckKind, jointCheck } from './joint-check.ts'
export { amountOfEntry } from './open-entry.ts'
export {
  type BuildJointTableOptions,
  type BuiltJointTable,
  buildJointTable,
  type JointEntry,
} from './joint-table.ts'
export {
  type JointTableParameters,
  jointTableAes128,
  jointTableParametersById,
  jointTableParametersOf,
  jointTableSm4,
} from './params.ts'
export { jointTableTasks } from './tasks.ts'
