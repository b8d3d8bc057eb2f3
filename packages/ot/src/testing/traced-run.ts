import type { Gf2KernelFactory } from '@mixun/core/gf2'
import type { Dataset, Session } from '@mixun/core/session'
import type { SuiteId } from '@mixun/core/suite'

/** A run of one protocol, both sides of which are the same in every byte each time. */
export interface TracedRun {
  readonly name: string
  readonly protocol: string
  readonly parameters: string
  /** `intl` by default. */
  readonly suite?: SuiteId
  readonly dataset?: Dataset
  /** Who answers; `cinda` by default. */
  readonly answering?: string
  readonly client: (session: Session, makeKernel: Gf2KernelFactory) => Promise<unknown>
  readonly server: (session: Session, makeKernel: Gf2KernelFactory) => Promise<unknown>
}

/** 2026-01-01: the hello carries the time, and transcripts carry the hello. */
export const NOW = 1_767_225_600_000
