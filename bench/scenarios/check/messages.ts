/** What the inquirer process is told to do. */
export interface InquirerInput {
  readonly home: string
  /** Numbers of one-code accounts to ask about, with the number of records that the answer must hold. */
  readonly subjects: readonly { readonly number: string; readonly records: number }[]
  /** Checks before the measured ones, in which tables are fetched or loaded and code gets warm. */
  readonly warmups: number
  /** Process ids whose CPU time and memory are read, by party. */
  readonly watched: Readonly<Record<string, number>>
  /** How long to watch the idle processes after the checks, in milliseconds. */
  readonly idleMs: number
  /** Whether to make one inquiry by hand at the end, party by party, and count what each session carries. */
  readonly isProbing: boolean
}

/** CPU time of a process, in milliseconds, and its memory, in MiB. */
export interface PartyUsage {
  /** During the measured checks, all together. */
  readonly cpuMs: number
  /** During the idle time after them. */
  readonly idleCpuMs: number
  readonly memoryMiB: number
  readonly peakMemoryMiB: number
}

/** One evaluation on a session of its own. */
export interface ProbedEvaluation {
  readonly provider: string
  readonly ms: number
  readonly sentBytes: number
  readonly receivedBytes: number
  readonly sentFrames: number
  readonly receivedFrames: number
}

/** What the inquirer process found. */
export interface InquirerOutput {
  /** Opening the home and bringing its mirror up to date, in milliseconds. */
  readonly openMs: number
  readonly consentMs: readonly number[]
  /** The first check: it fetches every table, or loads them from the home folder. */
  readonly firstCheckMs: number
  /** The checks between it and the measured ones: Unix milliseconds with fractions. */
  readonly warmups: readonly { readonly startedAt: number; readonly endedAt: number }[]
  /** The measured checks: Unix milliseconds with fractions. */
  readonly checks: readonly { readonly startedAt: number; readonly endedAt: number }[]
  /** Tables asked in one check. */
  readonly tablesAsked: number
  readonly usage: Readonly<Record<string, PartyUsage>>
  readonly probed: readonly ProbedEvaluation[]
}
