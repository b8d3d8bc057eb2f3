import { binary, recordCodec } from '@mixun/core/codec'
import { z } from 'zod'

/** Protocol by which a provider hands out its share of a joint query that the ledger says is opened. */
export const JOINT_SHARE_PROTOCOL = 'joint-share'

/** Protocol by which the association states that a firm does not answer it either. */
export const JOINT_MISSING_PROTOCOL = 'joint-missing'

/** Protocol by which the association sends its answer to a comparison once more, as it was; empty when it made none. */
export const JOINT_COMPARED_PROTOCOL = 'joint-compared'

/** Parameters of {@link JOINT_SHARE_PROTOCOL}, {@link JOINT_MISSING_PROTOCOL} and {@link JOINT_COMPARED_PROTOCOL}: single frames. */
export const JOINT_FRAME_PARAMETERS = 'jointframe_1'

/** A signed statement as it is sent: of the association, or a provider's refusal or share. */
export const signedJointStatementCodec = recordCodec(
  'signed joint statement',
  z.strictObject({ statement: binary(1, 768), signature: binary(64) }),
  1_024,
)
