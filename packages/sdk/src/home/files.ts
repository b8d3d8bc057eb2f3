import { existsSync, readFileSync, statSync } from 'node:fs'
import { fail } from '@mixun/core/errors'
import { createFileDurably, writeFileDurably } from '@mixun/core/files'

const SECRET_MODE = 0o600

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

/** Replaces a file of mode 600 atomically and durably. @throws ERR_DISK_FULL */
export function writeSecretFile(file: string, content: Uint8Array | string): void {
  writeFileDurably(file, content, SECRET_MODE)
}

/**
 * Makes a file of mode 600 durably: all of it is there, or nothing. Needs a file system with hard links.
 *
 * @returns false when there is one already, which stays as it is
 * @throws ERR_DISK_FULL
 */
export function createSecretFile(file: string, content: Uint8Array): boolean {
  return createFileDurably(file, content, SECRET_MODE)
}
