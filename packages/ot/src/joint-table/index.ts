export {
  encodeJointTable,
  type JointTableCommitment,
  type JointTableId,
  jointTableCommitmentCodec,
  openJointTable,
  verifyJointTableCommitment,
  verifyMaskKey,
} from './commitment.ts'
export { subjectHandle } from './handle.ts'
export { type JointCheck, jointCheck } from './joint-check.ts'
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
