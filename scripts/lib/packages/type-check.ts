import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Consumer } from './consumer.ts'
import { run } from './processes.ts'

/** The two ways in which a project of today resolves the packages: Node's own, and a bundler's. */
const RESOLUTIONS = [
  { module: 'nodenext', moduleResolution: 'nodenext' },
  { module: 'esnext', moduleResolution: 'bundler' },
]

/** Type errors of the project's files, and of the declarations of the packages in it, under strict options. */
export function typeProblems({ folder }: Consumer, files: readonly string[]): string[] {
  return RESOLUTIONS.flatMap(resolution => {
    const config = join(folder, `tsconfig.${resolution.moduleResolution}.json`)
    const compilerOptions = {
      ...resolution,
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    }
    writeFileSync(config, JSON.stringify({ compilerOptions, files }, null, 2))
    const { status, output } = run(folder, 'npx', '--no-install', 'tsc', '-p', config)
    const problems = ownErrors(output)
    const crashed = status !== 0 && !/error TS/.test(output)
    return [...problems, ...(crashed ? [output] : [])].map(line => `${resolution.moduleResolution}: ${line}`)
  })
}

/** The errors that tsc reports, without those inside the declarations of third parties. */
export function ownErrors(output: string): string[] {
  return output
    .split('\n')
    .filter(line => /error TS\d+/.test(line) && !/^node_modules\/(?!@mixun\/)/.test(line))
}
