import { Redacted } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { JOINT_OUTPUTS } from '@mixun/ledger-adapter/ledger'
import { z } from 'zod'
import type { IntentId, RequestId } from '../ids.ts'

/** What a joint query is to open: the sum, how many firms have the subject, or whether the sum reaches a limit in fen. */
export type JointOf = 'overdueFen' | 'count' | { readonly atLeastFen: bigint }

const schema = z.strictObject({
  requestId: z.string(),
  intentId: z.string().regex(/^[0-9a-f]{32}$/),
  dataset: z.string(),
  /** Firms that the total is over. */
  firms: z.number().int().min(1),
  /** Firms that were missing, and are left out. */
  without: z.array(z.string()),
  of: z.enum(JOINT_OUTPUTS),
  /** For `atLeastFen`, in fen. */
  thresholdFen: z.string().regex(/^\d+$/).nullable(),
  noiseScale: z.number().nullable(),
  /** The total or the count; null for a comparison. With noise it may be negative. */
  total: z
    .string()
    .regex(/^-?\d+$/)
    .nullable(),
  /** Null unless it is a comparison. */
  isAtLeast: z.boolean().nullable(),
})

/** A joint answer as plain JSON data, in the clear: for the asking firm's own systems. */
export type JointAnswerJson = z.infer<typeof schema>

/** The answer to a joint query. It prints redacted. */
export class JointAnswer extends Redacted {
  readonly requestId: RequestId
  readonly intentId: IntentId
  readonly dataset: string
  /** How many firms the total is over. */
  readonly firms: number
  /** Firms that were missing when it was first asked, and are not part of it. */
  readonly without: readonly string[]
  readonly #json: JointAnswerJson

  constructor(json: JointAnswerJson) {
    super('joint answer')
    this.requestId = json.requestId as RequestId
    this.intentId = json.intentId as IntentId
    this.dataset = json.dataset
    this.firms = json.firms
    this.without = json.without
    this.#json = json
  }

  /** What was opened: the sum in fen, the number of firms, or whether the sum reaches the limit. */
  reveal(): bigint | boolean {
    const { total, isAtLeast } = this.#json
    return total === null ? isAtLeast === true : BigInt(total)
  }

  /** Plain data, in the clear. */
  toClear(): JointAnswerJson {
    return this.#json
  }
}

/** An answer that this home stored. @throws ERR_HOME_INVALID */
export function jointAnswerFromJson(json: string): JointAnswer {
  const parsed = schema.safeParse(JSON.parse(json))
  return parsed.success
    ? new JointAnswer(parsed.data)
    : fail('ERR_HOME_INVALID', 'joint.db: expected a stored answer')
}
