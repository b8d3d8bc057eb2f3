import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { fail } from '@mixun/core/errors'
import type { SyncContent } from '../table-sync/index.ts'

/** A published file on its way to a member, read a chunk at a time: as it was when it was opened, whatever takes its place. */
export class ServedFile implements SyncContent, Disposable {
  readonly totalBytes: number
  readonly #descriptor: number

  /** @throws the errors of `openSync` */
  constructor(file: string) {
    this.#descriptor = openSync(file, 'r')
    this.totalBytes = fstatSync(this.#descriptor).size
  }

  /** @throws ERR_DECODE_LENGTH when the file was cut short meanwhile */
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let done = 0; done < length; ) {
      const read = readSync(this.#descriptor, bytes, done, length - done, offset + done)
      if (read === 0)
        fail('ERR_DECODE_LENGTH', `expected ${this.totalBytes} bytes of a published file, found fewer`)
      done += read
    }
    return bytes
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor)
  }
}
