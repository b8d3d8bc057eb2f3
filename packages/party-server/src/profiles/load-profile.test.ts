import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectCodeAsync } from '@mixun/core/testing'
import { PROFILE_TOML, smallProfile } from '../records/testing/fixtures.ts'
import { BUILT_IN_PROFILES, loadProfile } from './index.ts'

describe('loadProfile', () => {
  it('knows every profile in the folder by its name', async () => {
    const files = await readdir(join(import.meta.dirname, '../../profiles'))
    expect(files.sort()).toEqual(BUILT_IN_PROFILES.map(name => `${name}.toml`).sort())
    for (const name of BUILT_IN_PROFILES) expect((await loadProfile(name)).name).toBe(name)
  })

  it('reads a profile file by its path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mixun-profile-'))
    try {
      await writeFile(join(folder, 'ours.toml'), PROFILE_TOML)
      expect(await loadProfile(join(folder, 'ours.toml'))).toEqual({ ...smallProfile(), name: 'ours' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it.each(['wu', '../profiles/jia', 'missing.toml', ''])('refuses what is no profile: %j', async name => {
    await expectCodeAsync('ERR_IMPORT_PROFILE', loadProfile(name))
  })
})
