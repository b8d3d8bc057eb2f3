import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** File contents by path from the root of the tree. */
export type TreeFiles = Readonly<Record<string, string>>

/** Writes files to a fresh folder, runs `action` on it and removes it. */
export function withTree<T>(files: TreeFiles, action: (root: string) => T): T {
  const root = makeTree(files)
  try {
    return action(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

/** As {@link withTree}, for an action that takes its time. */
export async function withTreeAsync<T>(files: TreeFiles, action: (root: string) => Promise<T>): Promise<T> {
  const root = makeTree(files)
  try {
    return await action(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

function makeTree(files: TreeFiles): string {
  const root = mkdtempSync(join(tmpdir(), 'mixun-tree-'))
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
  }
  return root
}
