/** What a run gives the receiver besides the number of the sender's items: common items, with labels, or their number. */
export type PsiVariant = 'items' | 'labels' | 'cardinality'

/** First message of either side: what it is going to do. */
export interface PsiOffer {
  readonly variant: PsiVariant
  /** Items of this side. */
  readonly count: number
  /** Bytes of each label; 0 without labels, and from the receiver. */
  readonly labelBytes: number
}
