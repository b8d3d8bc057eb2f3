import type { AnswerJson } from '@mixun/sdk'

/** One inquiry as a broker's system would pose it. */
export interface Inquiry {
  readonly requestId: string
  readonly idType: string
  readonly idNumber: string
  /** The investor's signed authorisation. */
  readonly document: string
}

export interface Points {
  readonly available: number
  readonly reserved: number
  readonly spent: number
  readonly earned: number
}

/** A line to the risk desk: an inquiry, or a look at the firm's points. */
export type DeskRequest =
  | { readonly id: number; readonly inquiry: Inquiry }
  | { readonly id: number; readonly points: true }

/** A line from the risk desk. Errors carry a stable code and never a subject. */
export type DeskReply =
  | { readonly id: number; readonly answer: AnswerJson; readonly milliseconds: number }
  | { readonly id: number; readonly points: Points }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } }
