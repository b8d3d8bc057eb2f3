import { hash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { compareBytes, concat, i2osp } from '@mixun/core/bytes'
import { durabilityPoint } from '@mixun/core/durability'
import { Reader } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import type { RunBlock, RunStore } from '../sealed-table/index.ts'
import { writeDurably } from './write-durably.ts'

const HEAD_BYTES = 8

/** Options of {@link FileRuns}. */
export interface FileRunsOptions {
  /** The runs' own folder; made when there is none. */
  readonly folder: string
  /** Encrypts what a block of rows is for, at the place that is named. */
  readonly seal: (place: string, bytes: Uint8Array) => Uint8Array
  /** Undoes `seal`. @throws when the bytes were altered or moved */
  readonly open: (place: string, bytes: Uint8Array) => Uint8Array
}

/**
 * Runs of a large build in files of a folder: `<n>.run` is there whole or not at all. Rows lie there as they will be
 * published, the book's rows sealed.
 */
export class FileRuns implements RunStore {
  readonly #options: FileRunsOptions
  #runs = 0

  constructor(options: FileRunsOptions) {
    this.#options = options
  }

  begin(fingerprint: Uint8Array): number {
    const { folder } = this.#options
    const file = join(folder, 'build')
    const isSame = existsSync(file) && compareBytes(readFileSync(file), fingerprint) === 0
    if (!isSame) {
      this.clear()
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeDurably(file, [fingerprint])
    }
    for (this.#runs = 0; existsSync(this.#file(this.#runs)); ) this.#runs++
    // What a crash left half written.
    for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name))
    return this.#runs
  }

  append(blocks: Iterable<RunBlock>): void {
    writeDurably(this.#file(this.#runs), this.#encode(this.#runs, blocks))
    this.#runs++
  }

  *blocks(run: number): Generator<RunBlock, void> {
    const descriptor = openSync(this.#file(run), 'r')
    // One for all blocks: of a hundred runs at once, garbage would be most of the memory.
    let buffer = new Uint8Array(0)
    try {
      // A damaged head must not ask for more memory than the file fills.
      for (let i = 0, left = fstatSync(descriptor).size; ; i++) {
        const head = readBytes(descriptor, new Uint8Array(HEAD_BYTES))
        if (head.length === 0) return
        const reader = new Reader(head)
        const [rowBytes, bookBytes] = [reader.uint32(), reader.uint32()]
        left -= HEAD_BYTES + rowBytes + bookBytes
        if (left < 0) {
          fail('ERR_DECODE_LENGTH', `expected a whole block in run ${run} of the build, found a part`)
        }
        const bodyBytes = rowBytes + bookBytes
        if (bodyBytes > buffer.length) buffer = new Uint8Array(bodyBytes)
        const body = readBytes(descriptor, buffer.subarray(0, bodyBytes))
        const rows = body.subarray(0, rowBytes)
        yield { rows, book: this.#options.open(placeOf(run, i, rows), body.subarray(rowBytes)) }
      }
    } finally {
      closeSync(descriptor)
    }
  }

  clear(): void {
    rmSync(this.#options.folder, { recursive: true, force: true })
    durabilityPoint('runs/removed', this.#options.folder)
    this.#runs = 0
  }

  *#encode(run: number, blocks: Iterable<RunBlock>): Generator<Uint8Array, void> {
    let block = 0
    for (const { rows, book } of blocks) {
      const own = this.#options.seal(placeOf(run, block++, rows), book)
      yield concat(i2osp(rows.length, 4), i2osp(own.length, 4))
      yield rows
      yield own
    }
  }

  #file(run: number): string {
    return join(this.#options.folder, `${run}.run`)
  }
}

/** Where a piece of the book belongs: to these rows and no others, so that a changed row is found before it is published. */
function placeOf(run: number, block: number, rows: Uint8Array): string {
  return `run/${run}/${block}/${hash('sha256', rows)}`
}

/** The next bytes of a file, read into `bytes`: fewer at its end. */
function readBytes(descriptor: number, bytes: Uint8Array): Uint8Array {
  for (let at = 0; at < bytes.length; ) {
    const read = readSync(descriptor, bytes, at, bytes.length - at, null)
    if (read === 0) return bytes.subarray(0, at)
    at += read
  }
  return bytes
}
