import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { utf8 } from '../bytes/index.ts'
import { durabilityPoint } from '../durability/index.ts'
import { stableError } from '../errors/index.ts'

/** What goes into a file: whole, or piece by piece so that it need not be in memory at once. */
export type FileContent = Uint8Array | string | Iterable<Uint8Array>

/**
 * Replaces a file atomically and durably: temporary file, fsync, rename, fsync of the folder. After a crash the file
 * is the old one or the new one; a temporary one, `<file>.<process>.tmp`, may be left beside it.
 *
 * @throws ERR_DISK_FULL
 */
export function writeFileDurably(file: string, content: FileContent, mode = 0o644): void {
  renameSync(writeTemporary(file, content, mode), file)
  durabilityPoint('file/renamed', file)
  syncFolder(dirname(file))
}

/**
 * Makes a file durably: all of it is there, or nothing. Needs a file system with hard links.
 *
 * @returns false when there is one already, which stays as it is
 * @throws ERR_DISK_FULL
 */
export function createFileDurably(file: string, content: FileContent, mode = 0o644): boolean {
  const temporary = writeTemporary(file, content, mode)
  try {
    linkSync(temporary, file)
    durabilityPoint('file/linked', file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(temporary)
  }
  durabilityPoint('temporary/unlinked', file)
  syncFolder(dirname(file))
  return true
}

/**
 * Overwrites a file with zeros, durably, and removes it. Flash storage, copy-on-write file systems, snapshots and
 * backups may keep the old blocks all the same.
 */
export function destroyFile(file: string): void {
  const descriptor = openSync(file, 'r+')
  try {
    writeSync(descriptor, new Uint8Array(fstatSync(descriptor).size), 0, null, 0)
    durabilityPoint('file/zeroed', file)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  durabilityPoint('file/zeros-synced', file)
  unlinkSync(file)
  durabilityPoint('file/unlinked', file)
  syncFolder(dirname(file))
}

/** Makes what was renamed, linked or removed in a folder durable. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  durabilityPoint('folder/synced', folder)
}

/** Writes all of the bytes: one call of the system may take fewer. */
export function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

function writeTemporary(file: string, content: FileContent, mode: number): string {
  const temporary = `${file}.${process.pid}.tmp`
  // One that a crash left behind would keep its own mode.
  rmSync(temporary, { force: true })
  try {
    const descriptor = openSync(temporary, 'wx', mode)
    try {
      for (const piece of piecesOf(content)) writeWhole(descriptor, piece)
      durabilityPoint('file/written', file)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    // Half of a file is of no use and holds the space that others need.
    rmSync(temporary, { force: true })
    throw stableError(error)
  }
  durabilityPoint('file/synced', file)
  return temporary
}

function piecesOf(content: FileContent): Iterable<Uint8Array> {
  if (typeof content === 'string') return [utf8(content)]
  return content instanceof Uint8Array ? [content] : content
}
