import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { fail } from '@mixun/core/errors'

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
    fail('ERR_KEY_FILE', `${file}: expected mode 600, found ${mode.toString(8)}`)
  }
  return bytes
}

/**
 * Replaces a file atomically and durably: temporary file, fsync, rename, fsync of the folder. After a crash the file
 * is the old one or the new one.
 */
export function writeFileDurably(file: string, content: Uint8Array | string, mode = 0o644): void {
  const temporary = `${file}.${process.pid}.tmp`
  const descriptor = openSync(temporary, 'w', mode)
  try {
    writeFileSync(descriptor, content)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  renameSync(temporary, file)
  const folder = openSync(dirname(file), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** {@link writeFileDurably} with mode 600. */
export function writeSecretFile(file: string, content: Uint8Array | string): void {
  writeFileDurably(file, content, 0o600)
}
