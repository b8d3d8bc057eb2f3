import { join } from 'node:path'
import type { Consumer } from './consumer.ts'
import { run } from './processes.ts'

/** Findings of publint on what was installed, and of attw ("are the types wrong") on the tarballs; both from the workspace. */
export function linterProblems({ root, packages }: Consumer): string[] {
  const program = (name: string): string => join(root, 'node_modules', '.bin', name)
  return packages.flatMap(({ name, folder, tarball, specifiers }) => {
    const publint = run(root, program('publint'), 'run', folder, '--pack', 'false', '--strict')
    const problems = publint.status === 0 ? [] : [`publint ${name}: ${publint.output}`]
    // A program without an import path has no types to be wrong.
    if (specifiers.length === 0) return problems
    const attw = run(root, program('attw'), tarball, '--profile', 'esm-only', '--no-color')
    return attw.status === 0 ? problems : [...problems, `attw ${name}: ${attw.output}`]
  })
}
