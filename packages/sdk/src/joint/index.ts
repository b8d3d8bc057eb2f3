export {
  type AuditedJointQuery,
  auditJointQuery,
  JointOpening,
  type JointOpeningJson,
  openJointQuery,
} from './audit-joint.ts'
export { setupWith } from './ask-joint.ts'
export { JointAnswer, type JointAnswerJson, type JointOf } from './joint-answer.ts'
export type { JointParts, JointQueryOptions } from './joint-call.ts'
export { jointQuery, OVERDUE_DATASET } from './joint-query.ts'
export { JOINT_CLASS, JointTableStore } from './joint-tables.ts'
export {
  JOINT_COMPARED_PROTOCOL,
  JOINT_FRAME_PARAMETERS,
  JOINT_MISSING_PROTOCOL,
  JOINT_SHARE_PROTOCOL,
  jointShareCodec,
  signedJointStatementCodec,
} from './protocols.ts'
