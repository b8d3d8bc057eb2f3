import { createHash, hash } from 'node:crypto'
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
import { writeFileDurably } from '@mixun/core/files'
import { Reader } from '@mixun/core/codec'
import { fail, MixunError } from '@mixun/core/errors'
import type { RunBlock, RunStore } from '../sealed-table/index.ts'

const HEAD_BYTES = 8
const DIGEST_BYTES = 32
/** How much of a run is read at a time for its digest. */
const PIECE_BYTES = 1 << 20

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
 * Runs of a large build in files of a folder: `<n>.run` is there whole or not at all, and ends with its own digest. Rows
 * lie there as they will be published, the book's rows sealed. A run that is damaged is removed, to be sealed anew.
 */
export class FileRuns implements RunStore {
  readonly #options: FileRunsOptions

  constructor(options: FileRunsOptions) {
    this.#options = options
  }

  begin(fingerprint: Uint8Array): ReadonlySet<number> {
    const { folder } = this.#options
    const file = join(folder, 'build')
    const isSame = existsSync(file) && compareBytes(readFileSync(file), fingerprint) === 0
    if (!isSame) {
      this.clear()
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileDurably(file, fingerprint, 0o600)
    }
    const runs = new Set<number>()
    for (const name of readdirSync(folder)) {
      const run = /^(\d+)\.run$/.exec(name)?.[1]
      if (run !== undefined && isWhole(join(folder, name))) runs.add(Number(run))
      // Damaged, or what a crash left half written.
      else if (name !== 'build') this.#remove(join(folder, name))
    }
    return runs
  }

  keep(run: number, blocks: Iterable<RunBlock>): void {
    writeFileDurably(this.#file(run), this.#encode(run, blocks), 0o600)
  }

  *blocks(run: number): Generator<RunBlock, void> {
    const descriptor = openSync(this.#file(run), 'r')
    try {
      yield* this.#decode(run, descriptor)
    } catch (error) {
      // Altered since the build began, or by somebody who knows of digests: the next attempt must not stop here again.
      if (error instanceof MixunError) this.#remove(this.#file(run))
      throw error
    } finally {
      closeSync(descriptor)
    }
  }

  clear(): void {
    rmSync(this.#options.folder, { recursive: true, force: true })
    durabilityPoint('runs/removed', this.#options.folder)
  }

  *#decode(run: number, descriptor: number): Generator<RunBlock, void> {
    // A damaged head must not ask for more memory than the file fills.
    let left = fstatSync(descriptor).size - DIGEST_BYTES
    const digest = createHash('sha256')
    // One for all blocks: of a hundred runs at once, garbage would be most of the memory.
    let buffer = new Uint8Array(0)
    for (let i = 0; left > 0; i++) {
      const head = readBytes(descriptor, new Uint8Array(HEAD_BYTES))
      const reader = new Reader(head)
      const [rowBytes, bookBytes] = [reader.uint32(), reader.uint32()]
      left -= HEAD_BYTES + rowBytes + bookBytes
      if (left < 0) {
        fail('ERR_DECODE_LENGTH', `expected a whole block in run ${run} of the build, found a part`)
      }
      const bodyBytes = rowBytes + bookBytes
      if (bodyBytes > buffer.length) buffer = new Uint8Array(bodyBytes)
      const body = readBytes(descriptor, buffer.subarray(0, bodyBytes))
      digest.update(head).update(body)
      const rows = body.subarray(0, rowBytes)
      yield { rows, book: this.#options.open(placeOf(run, i, rows), body.subarray(rowBytes)) }
    }
    if (
      left < 0 ||
      compareBytes(digest.digest(), readBytes(descriptor, new Uint8Array(DIGEST_BYTES))) !== 0
    ) {
      fail('ERR_DECODE_LENGTH', `expected run ${run} of the build to end with its digest`)
    }
  }

  *#encode(run: number, blocks: Iterable<RunBlock>): Generator<Uint8Array, void> {
    const digest = createHash('sha256')
    let block = 0
    for (const { rows, book } of blocks) {
      const own = this.#options.seal(placeOf(run, block++, rows), book)
      for (const piece of [concat(i2osp(rows.length, 4), i2osp(own.length, 4)), rows, own]) {
        digest.update(piece)
        yield piece
      }
    }
    yield digest.digest()
  }

  #remove(file: string): void {
    rmSync(file, { force: true })
    durabilityPoint('run/removed', file)
  }

  #file(run: number): string {
    return join(this.#options.folder, `${run}.run`)
  }
}

/** Whether a file is what was written into it: its last bytes are the digest of all others. */
function isWhole(file: string): boolean {
  const descriptor = openSync(file, 'r')
  try {
    const digest = createHash('sha256')
    let left = fstatSync(descriptor).size - DIGEST_BYTES
    if (left < 0) return false
    const piece = new Uint8Array(Math.min(left, PIECE_BYTES))
    for (; left > 0; left -= Math.min(left, PIECE_BYTES)) {
      digest.update(readBytes(descriptor, piece.subarray(0, left)))
    }
    return compareBytes(digest.digest(), readBytes(descriptor, new Uint8Array(DIGEST_BYTES))) === 0
  } finally {
    closeSync(descriptor)
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
