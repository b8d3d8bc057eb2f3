export { type AuditedJointQuery, auditJointQuery, requireAnswered } from './audit-joint.ts'
export type { JointAuditSources, JointFault } from './audit-context.ts'
export { setupWith } from './ask-joint.ts'
export { JointAnswer, type JointAnswerJson, type JointOf } from './joint-answer.ts'
export type { JointParts, JointQueryOptions } from './joint-call.ts'
export { openJointQuery } from './joint-opening.ts'
export { jointQuery, OVERDUE_DATASET } from './joint-query.ts'
export {
  JOINT_SIDE_PROTOCOL,
  type JointSide,
  readJointSide,
  signJointSide,
} from './joint-side.ts'
export { JOINT_CLASS, JointTableStore, MAX_JOINT_TABLE_BYTES } from './joint-tables.ts'
export {
  JOINT_COMPARED_PROTOCOL,
  JOINT_FRAME_PARAMETERS,
  JOINT_MISSING_PROTOCOL,
  JOINT_SHARE_PROTOCOL,
  signedJointStatementCodec,
} from './protocols.ts'
