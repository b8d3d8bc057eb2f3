import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fail } from '@mixun/core/errors'
import { type ImportProfile, parseProfile } from '../records/index.ts'

/** Names of the profiles that come with the server, one a file of `profiles/`. */
export const BUILT_IN_PROFILES: readonly string[] = ['jia', 'yi', 'bing', 'ding', 'association']

const folder = new URL('../../profiles/', import.meta.url)

/**
 * Reads the built-in profile of this name, or else the profile file at this path, which must end in `.toml`.
 *
 * @throws ERR_IMPORT_PROFILE
 */
export async function loadProfile(nameOrPath: string): Promise<ImportProfile> {
  if (BUILT_IN_PROFILES.includes(nameOrPath)) {
    return parseProfile(nameOrPath, await readFile(new URL(`${nameOrPath}.toml`, folder), 'utf8'))
  }
  if (!nameOrPath.endsWith('.toml')) {
    fail(
      'ERR_IMPORT_PROFILE',
      `expected one of ${BUILT_IN_PROFILES.join(', ')}, or the path of a .toml file; found ${JSON.stringify(nameOrPath)}`,
    )
  }
  return parseProfile(basename(nameOrPath, '.toml'), await readProfile(nameOrPath))
}

async function readProfile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    return fail('ERR_IMPORT_PROFILE', `expected a readable profile file at ${path}`, { cause })
  }
}
