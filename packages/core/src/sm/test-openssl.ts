import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What the command said: its output, or null when it ended with an error. */
export function openssl(
  commandLine: string,
  input: Uint8Array,
  files: Readonly<Record<string, Uint8Array>> = {},
): Uint8Array | null {
  const folder = mkdtempSync(join(tmpdir(), 'mixun-openssl-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    const { status, stdout, error } = spawnSync('openssl', commandLine.split(' '), { cwd: folder, input })
    if (error !== undefined) throw error
    return status === 0 ? Uint8Array.from(stdout) : null
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Why the command cannot serve, or null. */
export function opensslMissing(): string | null {
  const { stdout, error } = spawnSync('openssl', ['version'], { encoding: 'utf8' })
  if (error !== undefined) return 'no openssl command on this machine: install Debian package openssl'
  return /^OpenSSL ([3-9]|\d\d)\./.test(stdout) ? null : `openssl 3.0 or later needed, found ${stdout.trim()}`
}
