import type { RecordClass } from '@mixun/core/domain'
import type { Consents } from '../consents/index.ts'
import type { Consortium } from '../consortium/consortium.ts'
import type { ListStore } from '../consortium/lists.ts'
import type { TableStore } from '../consortium/tables.ts'
import type { ConsentId } from '../ids.ts'
import type { Approvals } from '../store/approvals.ts'
import type { BoughtIntents } from '../store/bought-intents.ts'
import type { BudgetUses, OwnBudgetUse } from '../store/budget-uses.ts'
import type { InquiryStore } from '../store/inquiries.ts'
import type { InquiryProgressStore } from '../store/inquiry-progress.ts'
import type { OwnRecords } from '../store/own-records.ts'
import type { RequestClaims } from '../store/request-claims.ts'

/** What an inquiry is asked under. */
export interface CheckOptions {
  /** A consent of this subject, from `consents.register`. */
  readonly consent: ConsentId
  /**
   * The caller's name of this inquiry, 1 to 128 characters: asking again under it returns the stored answer and costs
   * nothing. It must not hold the subject's number.
   */
  readonly requestId: string
  /** Classes to ask; all that the consent covers by default. */
  readonly classes?: readonly RecordClass[]
  /** Who asks: the firm's own budgets count by officer, and dual control goes by it. */
  readonly operator?: string
  /** Told of each of the firm's own budgets of which at least four fifths are used, this inquiry included. */
  readonly onBudgetAlarm?: (use: OwnBudgetUse) => void
  /** Ends the wait for the parties. Once the intent is on record its outcome is recorded all the same. */
  readonly signal?: AbortSignal
}

/** What a check works with: the parts of an open home. */
export interface CheckParts {
  readonly consortium: Consortium
  readonly consents: Consents
  readonly inquiries: InquiryStore
  readonly progress: InquiryProgressStore
  readonly claims: RequestClaims
  readonly bought: BoughtIntents
  readonly budgets: BudgetUses
  readonly approvals: Approvals
  readonly ownRecords: OwnRecords
  readonly tables: TableStore
  readonly lists: ListStore
}

/** What settling intents that were bought in advance works with. */
export type SettleParts = Pick<CheckParts, 'consortium' | 'inquiries' | 'progress' | 'claims' | 'bought'>
