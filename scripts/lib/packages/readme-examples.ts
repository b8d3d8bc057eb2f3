import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Consumer } from './consumer.ts'
import { run } from './processes.ts'

/** An example of a README as a file of the project. */
export interface Example {
  readonly file: string
  /** True when it runs on its own; the others need a consortium and are only compiled. */
  readonly runs: boolean
}

/** Writes the TypeScript examples of the installed READMEs that import something; fragments are left out. */
export function writeExamples({ folder, packages }: Consumer): Example[] {
  return packages.flatMap(({ name, folder: installed }) => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8')
    const blocks = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code as string)
    return blocks
      .filter(code => /^import /m.test(code))
      .map((code, i) => {
        const file = `example-${name.slice(1).replace('/', '-')}-${i + 1}.ts`
        writeFileSync(join(folder, file), code)
        return { file, runs: !code.includes('MIXUN_HOME') }
      })
  })
}

/** Runs the examples on the installed packages; one fails when it ends with an error or loads a source. */
export function exampleProblems({ folder }: Consumer, examples: readonly Example[]): string[] {
  return examples
    .filter(({ runs }) => runs)
    .flatMap(({ file }) => {
      const { status, output } = run(folder, 'node', file)
      return status === 0 ? [] : [`${file} ended with ${status}: ${output}`]
    })
}
