/** A test that shows what becomes of a case: its file and the start of its title. */
export interface FaultTest {
  /** The code that the case ends with; null where nothing fails. */
  readonly code: string | null
  readonly path: string
  readonly title: string
}

/** One thing that goes wrong, and what shows that nothing worse comes of it. */
export interface FaultCase {
  readonly name: string
  readonly tests: readonly FaultTest[]
  /** What is not built of it. */
  readonly open?: string
}

export interface FaultGroup {
  readonly name: string
  readonly cases: readonly FaultCase[]
}

export const test = (code: string | null, path: string, title: string): FaultTest => ({ code, path, title })

/** A case that one test shows. */
export const one = (name: string, ...at: Parameters<typeof test>): FaultCase => ({
  name,
  tests: [test(...at)],
})
