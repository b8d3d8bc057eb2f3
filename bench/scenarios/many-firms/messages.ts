/** What the inquirer process is told to do. */
export interface InquirerInput {
  readonly home: string
  readonly passphraseFile: string
  /** People to ask about, one check each: number of the identity document, and how many firms report the person. */
  readonly people: readonly { readonly number: string; readonly records: number }[]
  /** Checks before the measured ones. */
  readonly warmups: number
  /** Process ids whose CPU time and memory are read, by role. */
  readonly watched: Readonly<Record<string, readonly number[]>>
  /** How long to watch the idle processes after the checks, in milliseconds. */
  readonly idleMs: number
}

/** CPU time and memory of the processes of one role, one figure a process. */
export interface RoleUsage {
  /** Above what the idle process uses, in milliseconds a check. */
  readonly cpuMs: readonly number[]
  /** Of an idle second, in milliseconds. */
  readonly idleCpuMs: readonly number[]
  readonly memoryMiB: readonly number[]
  readonly peakMemoryMiB: readonly number[]
}

/** What the inquirer process found. */
export interface InquirerOutput {
  /** Opening the home and bringing its mirror and all tables up to date, in milliseconds. */
  readonly syncMs: number
  readonly firstCheckMs: number
  readonly checkMs: readonly number[]
  readonly sentBytes: readonly number[]
  readonly receivedBytes: readonly number[]
  readonly tablesAsked: number
  /** By role, the inquirer's own too. */
  readonly usage: Readonly<Record<string, RoleUsage>>
}
