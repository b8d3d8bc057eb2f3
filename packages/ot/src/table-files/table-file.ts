import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { durabilityPoint } from '@mixun/core/durability'
import { syncFolder, writeWhole } from '@mixun/core/files'
import type { TableSink } from '../sealed-table/index.ts'

/** An encoded table on its way into a file, which is replaced when {@link TableFile.commit} is called, and not before. */
export class TableFile implements TableSink, Disposable {
  readonly #file: string
  /** Where the bytes lie that were written so far. */
  readonly temporary: string
  #descriptor: number | null

  /** `temporary` is where the bytes lie before, of this process alone: `<file>.tmp` without it. */
  constructor(file: string, options: { readonly temporary?: string; readonly mode?: number } = {}) {
    this.#file = file
    this.temporary = options.temporary ?? `${file}.tmp`
    rmSync(this.temporary, { force: true })
    this.#descriptor = openSync(this.temporary, 'wx', options.mode ?? 0o644)
  }

  write(bytes: Uint8Array): void {
    writeWhole(this.#descriptor as number, bytes)
  }

  /** The file is there whole and durable when this returns. */
  commit(): void {
    fsyncSync(this.#descriptor as number)
    this.#close()
    durabilityPoint('file/synced', this.#file)
    renameSync(this.temporary, this.#file)
    durabilityPoint('file/renamed', this.#file)
    syncFolder(dirname(this.#file))
  }

  /** Throws away what was not committed. */
  [Symbol.dispose](): void {
    if (this.#descriptor === null) return
    this.#close()
    rmSync(this.temporary, { force: true })
  }

  #close(): void {
    closeSync(this.#descriptor as number)
    this.#descriptor = null
  }
}
