import { fail } from '@mixun/core/errors'

/** How far an import has come on its way from maker to checker. */
export type ReviewState = 'imported' | 'reviewed' | 'approved' | 'rejected'

/**
 * One step on: imported → reviewed → approved, or from reviewed to rejected, by another than its maker.
 *
 * @param what the import as messages name it
 * @throws ERR_REVIEW_SAME_OPERATOR, ERR_REVIEW_STATE
 */
export function checkDecision(
  what: string,
  { maker, state }: { readonly maker: string; readonly state: ReviewState },
  checker: string,
  next: Exclude<ReviewState, 'imported'>,
): void {
  if (maker === checker) {
    fail('ERR_REVIEW_SAME_OPERATOR', `${checker} imported ${what}; another operator must check it`)
  }
  const expected = next === 'reviewed' ? 'imported' : 'reviewed'
  if (state !== expected) fail('ERR_REVIEW_STATE', `${what}: expected state ${expected}, found ${state}`)
}
