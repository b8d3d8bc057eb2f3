import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { writeFileDurably } from '@mixun/core/files'

/** First line of a cache directory tag (bford.info/cachedir): tar, restic, borg and others then leave the folder out. */
const SIGNATURE = 'Signature: 8a477f597d28d172789f06886806bc55'

const MARKERS = {
  'CACHEDIR.TAG': `${SIGNATURE}
# Evaluation keys of sealed tables, and keys of joint tables. They must not be in any backup: a key that was destroyed has to be gone.
# A lost key costs one rebuild of its table (mixun publish, mixun joint-book publish).
`,
  '.nobackup': '',
} as const

/** Marks a folder for backup programs as one to leave out. They heed it when they are told to. */
export function markNoBackup(folder: string): void {
  for (const [name, content] of Object.entries(MARKERS)) {
    const file = join(folder, name)
    if (!existsSync(file)) writeFileDurably(file, content)
  }
}
