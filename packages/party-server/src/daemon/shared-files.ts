import { readFileSync, statSync } from 'node:fs'

/** Published files while they are being sent: one copy in memory for all sessions, and none when no session wants it. */
export class SharedFiles {
  readonly #held = new Map<string, { readonly version: string; readonly content: WeakRef<Uint8Array> }>()

  /** The content of a file as it is on disk now. Not to be written to. */
  read(file: string): Uint8Array {
    const { ino, size, mtimeMs } = statSync(file)
    const version = `${ino}/${size}/${mtimeMs}`
    const held = this.#held.get(file)
    const shared = held?.version === version ? held.content.deref() : undefined
    if (shared !== undefined) return shared
    const content = readFileSync(file)
    this.#held.set(file, { version, content: new WeakRef(content) })
    return content
  }
}
