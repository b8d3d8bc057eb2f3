import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { durabilityPoint } from '@mixun/core/durability'

/** Makes a file of mode 600 from its pieces: after a crash all of it is there, or nothing. */
export function writeDurably(file: string, pieces: Iterable<Uint8Array>): void {
  const temporary = `${file}.tmp`
  rmSync(temporary, { force: true })
  const descriptor = openSync(temporary, 'wx', 0o600)
  try {
    for (const piece of pieces) writeWhole(descriptor, piece)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
  durabilityPoint('file/synced', file)
  renameSync(temporary, file)
  durabilityPoint('file/renamed', file)
  syncFolder(dirname(file))
}

/** Writes all of the bytes: one call may take fewer. */
export function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

/** Makes a rename in this folder survive a crash. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
