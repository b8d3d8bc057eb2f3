import { binary, recordCodec } from '@mixun/core/codec'
import { z } from 'zod'

/** Protocol by which a provider hands out its share of a joint query that the ledger says is opened. */
export const JOINT_SHARE_PROTOCOL = 'joint-share'

/** Protocol by which the association states that a firm does not answer it either. */
export const JOINT_MISSING_PROTOCOL = 'joint-missing'

/** Parameters of {@link JOINT_SHARE_PROTOCOL} and {@link JOINT_MISSING_PROTOCOL}: one frame each way. */
export const JOINT_FRAME_PARAMETERS = 'jointframe_1'

/** A signed statement as it is sent: of the association, or a provider's refusal or share. */
export const signedJointStatementCodec = recordCodec(
  'signed joint statement',
  z.strictObject({ statement: binary(1, 768), signature: binary(64) }),
  1_024,
)
