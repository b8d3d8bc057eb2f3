import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { durabilityPoint } from '@mixun/core/durability'
import { fail, stableError } from '@mixun/core/errors'

/** Reads a file of a home folder. @throws ERR_HOME_MISSING */
export function readHomeFile(file: string): Buffer {
  if (!existsSync(file)) fail('ERR_HOME_MISSING', `expected the file ${file}`)
  return readFileSync(file)
}

/** Reads a secret file. @throws ERR_HOME_MISSING, ERR_KEY_FILE when group or others may read it */
export function readSecretFile(file: string): Buffer {
  const bytes = readHomeFile(file)
  const mode = statSync(file).mode & 0o777
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    fail('ERR_KEY_FILE', `${file}: expected mode 600, found ${mode.toString(8)}; run: chmod 600 ${file}`)
  }
  return bytes
}

/**
 * Replaces a file atomically and durably: temporary file, fsync, rename, fsync of the folder. After a crash the file
 * is the old one or the new one.
 *
 * @throws ERR_DISK_FULL
 */
export function writeFileDurably(file: string, content: Uint8Array | string, mode = 0o644): void {
  renameSync(writeTemporary(file, content, mode), file)
  durabilityPoint('file/renamed', file)
  syncFolder(dirname(file))
}

/** {@link writeFileDurably} with mode 600. */
export function writeSecretFile(file: string, content: Uint8Array | string): void {
  writeFileDurably(file, content, 0o600)
}

/**
 * Makes a file of mode 600 durably: all of it is there, or nothing. Needs a file system with hard links.
 *
 * @returns false when there is one already, which stays as it is
 */
export function createSecretFile(file: string, content: Uint8Array): boolean {
  const temporary = writeTemporary(file, content, 0o600)
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

function writeTemporary(file: string, content: Uint8Array | string, mode: number): string {
  const temporary = `${file}.${process.pid}.tmp`
  // One that a crash left behind would keep its own mode.
  rmSync(temporary, { force: true })
  try {
    const descriptor = openSync(temporary, 'wx', mode)
    try {
      writeFileSync(descriptor, content)
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
