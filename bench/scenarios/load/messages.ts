/** What the inquirer process is told to do. */
export interface LoadInput {
  readonly home: string
  readonly provider: string
  /** Process id of the provider's daemon, whose CPU time and memory are read. */
  readonly providerPid: number
  /** Sequential checks whose bytes are counted; when not 0, nothing else is done. */
  readonly counted: number
  /** Checks of one CPU sample, and samples. */
  readonly cpuBatch: number
  readonly cpuBatches: number
  /** Sessions at once while the rate at saturation is found. */
  readonly lanes: number
  /** Length of each phase, in milliseconds. */
  readonly phaseMs: number
  /** Arrival rates, as parts of the rate at saturation. */
  readonly loads: readonly number[]
  readonly soakMs: number
}

/** One check of one table, from the moment it was due. */
export interface CountedCheck {
  /** Unix milliseconds with fractions. */
  readonly startedAt: number
  readonly endedAt: number
  /** Session payload, both ways. */
  readonly sentBytes: number
  readonly receivedBytes: number
}

/** Latencies under arrivals that do not wait for answers. */
export interface OpenLoop {
  readonly load: number
  /** Arrivals a second that were asked for. */
  readonly rate: number
  readonly latencies: readonly number[]
}

export interface LoadOutput {
  readonly counted: readonly CountedCheck[]
  /** CPU of the provider a check, by batch, in milliseconds: the evaluation alone, and with its mirror of the intent. */
  readonly evaluationCpu: readonly number[]
  /** Of evaluations that come together. */
  readonly atOnceCpu: readonly number[]
  readonly wholeCpu: readonly number[]
  /** Checks a second in each tenth of the phase at saturation. */
  readonly saturation: readonly number[]
  /** The same while every check makes its intent first. */
  readonly sustained: readonly number[]
  readonly openLoops: readonly OpenLoop[]
  readonly soak: OpenLoop | null
  /** Checks of the soak that got no answer in time. */
  readonly soakFailures: number
  /** Memory of the provider through the soak, in MiB, in order. */
  readonly soakMemory: readonly number[]
}
