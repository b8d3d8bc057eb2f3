/** With it a test has a process record its durability points, or end at one; the command line refuses to run under it. */
export const CRASH_VARIABLE = 'MIXUN_INSECURE_CRASH'

let observer: ((point: string, subject: string) => void) | null = null

/**
 * Marks a boundary of durable work: everything before it has reached the file system in the state that the name says,
 * nothing after it has begun. Does nothing, unless a test process watches. Tests end the process at every one of them
 * and look at what the next start makes of the files.
 *
 * @param point what has just happened: `file/synced`, `commit/done` …
 * @param subject the file that it happened to
 */
export function durabilityPoint(point: string, subject: string): void {
  observer?.(point, subject)
}

/** Has `observe` called at every {@link durabilityPoint} of this process; for tests, which end the process there. */
export function insecure_observeDurability(observe: (point: string, subject: string) => void): void {
  observer = observe
}
