import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether this process may mount a file system: root on Linux. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0

/** A disk of a few megabytes that tests fill: a file system in memory, mounted for the test. */
export class SmallDisk implements Disposable {
  readonly root: string

  constructor(megabytes: number) {
    this.root = mkdtempSync(join(tmpdir(), 'mixun-small-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.root])
  }

  get #filler(): string {
    return join(this.root, 'filler')
  }

  /** Leaves no more than `bytes` free. */
  fill(bytes = 0): void {
    const descriptor = openSync(this.#filler, 'w')
    try {
      const page = new Uint8Array(4_096)
      for (;;) writeSync(descriptor, page)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    } finally {
      closeSync(descriptor)
    }
    truncateSync(this.#filler, Math.max(0, statSync(this.#filler).size - bytes))
  }

  /** Gives back what {@link SmallDisk.fill} took. */
  free(): void {
    rmSync(this.#filler, { force: true })
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.root])
    rmdirSync(this.root)
  }
}
