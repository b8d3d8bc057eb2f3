import type { CommonOptions } from '../../verb.ts'

/** Options of every verb of a sandbox. */
export interface SandboxOptions extends CommonOptions {
  readonly dir: string
}

export const DIR_OPTION = {
  flags: '--dir <folder>',
  text: ['folder of the sandbox', '沙盒目录'],
  value: 'mixun-sandbox',
} as const
