import { isTestPath } from '../workspace.ts'

/** What a tarball holds beside the folders of `files`. */
const ROOT_FILES = ['LICENSE', 'README.md', 'package.json']

/** Machine paths: nothing built may name where it was built. */
const ABSOLUTE_PATH = /file:\/\/\/|(?<![\w.:/])\/(?:home|root|tmp|Users|work|builds)\/[\w.-]+/

/**
 * What should not be in a tarball.
 *
 * @param files paths in it
 * @param read gives the text of a file
 * @param testing true when the package exports test support, which may then be in it
 */
export function tarballProblems(
  files: readonly string[],
  read: (path: string) => string,
  testing: boolean,
): string[] {
  const missing = ROOT_FILES.filter(file => !files.includes(file)).map(file => `${file} is missing`)
  return [...missing, ...files.flatMap(path => fileProblems(path, read(path), testing))]
}

function fileProblems(path: string, text: string, testing: boolean): string[] {
  const problems: string[] = []
  if (/(?<!\.d)\.[cm]?ts$/.test(path)) problems.push(`${path} is a source`)
  const source = path.replace(/\.(js|d\.ts)(\.map)?$/, '.ts')
  const published = testing && path.startsWith('dist/testing/')
  if (published ? /\.(test|long|bench)\.ts$/.test(source) : isTestPath(source))
    problems.push(`${path} is a test`)
  const absolute = ABSOLUTE_PATH.exec(text)?.[0]
  if (absolute !== undefined) problems.push(`${path} names ${absolute}`)
  return problems
}
