import type { AppendReceipt, JointIntentPayload } from '@mixun/ledger-adapter/ledger'
import { fail } from '@mixun/core/errors'
import { toHex } from '@mixun/core/bytes'
import type { CheckParts } from '../check/check-options.ts'
import type { Consents, RegisteredConsent } from '../consents/index.ts'
import type { ConsentId, RequestId } from '../ids.ts'
import type { JointQueryStore, StoredJointQuery } from '../store/joint-queries.ts'
import type { JointSetups } from '../store/joint-setups.ts'
import type { JointQuestion, MissingFirm } from './ask-joint.ts'
import type { JointOf } from './joint-answer.ts'
import type { JointTableStore } from './joint-tables.ts'

/** What a joint query is asked under. */
export interface JointQueryOptions {
  /** What to open: the sum of overdue amounts in fen, the number of firms with an entry, or whether the sum reaches a limit. */
  readonly of: JointOf
  /** A consent of this subject that covers the data set. */
  readonly consent: ConsentId
  /** The caller's name of this query: asking again under it goes on, or returns the stored answer. */
  readonly requestId: string
  /** `overdue-fen` by default. */
  readonly dataset?: string
  /** Scale of discrete Laplace noise on what is opened, in its unit; without it none is added. */
  readonly noiseScale?: number
  /** Voids a query for which firms are missing, with their refusal or the association's word, and asks it of the others. */
  readonly withoutMissing?: boolean
  /** Who asks; dual control and the firm's own budgets go by it. */
  readonly operator?: string
  readonly signal?: AbortSignal
}

/** What a joint query works with: the parts of an open home. */
export interface JointParts extends Pick<CheckParts, 'consortium' | 'claims' | 'budgets' | 'approvals'> {
  readonly consents: Consents
  readonly jointTables: JointTableStore
  readonly jointQueries: JointQueryStore
  readonly jointSetups: JointSetups
}

/** A query on record, with what its sessions are asked with. */
export interface BegunQuery {
  readonly stored: StoredJointQuery
  readonly intent: JointIntentPayload
  readonly receipt: AppendReceipt
  readonly question: JointQuestion
}

/** Everything that one call goes by. */
export interface Call {
  readonly parts: JointParts
  readonly options: JointQueryOptions
  readonly requestId: RequestId
  readonly scope: readonly Uint8Array[]
  readonly input: Uint8Array
  readonly consent: RegisteredConsent
  readonly dataset: string
}

/** @throws ERR_JOINT_MISSING naming the firms */
export function refuseMissing({ intent }: BegunQuery, missing: readonly MissingFirm[]): never {
  const names = missing.map(({ provider }) => provider)
  return fail(
    'ERR_JOINT_MISSING',
    `expected all ${intent.tables.length} firms, found no answer of ${names.join(', ')}`,
    {
      details: {
        missing: names.join(' '),
        codes: missing.map(({ code }) => code).join(' '),
        intentId: toHex(intent.intentId),
      },
    },
  )
}
