import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { expectCode } from '@mixun/core/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FileKeyStore } from './file-key-store.ts'
import { passphraseFromEnvironment } from './passphrase.ts'
import { newFolder, ownerOf } from './test-stores.ts'

const folder = mkdtempSync(join(tmpdir(), 'mixun-passphrase-'))
const write = (name: string, content: string, mode = 0o600) => {
  const file = join(folder, name)
  writeFileSync(file, content)
  chmodSync(file, mode)
  return file
}
const textIn = (env: NodeJS.ProcessEnv) => {
  const found = passphraseFromEnvironment(env)
  return found && Buffer.from(found).toString()
}

afterEach(() => void vi.unstubAllEnvs())

describe('the passphrase of the environment', () => {
  const file = write('passphrase', 'of the file\n')
  const credential = write('mixun-passphrase', 'of systemd\n', 0o440)

  it('comes from the file, then from systemd, then from the variable', () => {
    const all = {
      MIXUN_PASSPHRASE_FILE: file,
      CREDENTIALS_DIRECTORY: folder,
      MIXUN_PASSPHRASE: 'of the variable',
    }
    expect(textIn(all)).toBe('of the file')
    const { MIXUN_PASSPHRASE_FILE: _file, ...rest } = all
    expect(textIn(rest)).toBe('of systemd')
    expect(textIn({ ...rest, CREDENTIALS_DIRECTORY: tmpdir() })).toBe('of the variable')
    expect(textIn({ MIXUN_PASSPHRASE: '口令 与空格 ' })).toBe('口令 与空格 ')
    expect(readFileSync(credential, 'utf8')).toBe('of systemd\n')
  })

  it('is not there when the variables are missing or empty', () => {
    expect(textIn({})).toBeUndefined()
    expect(textIn({ MIXUN_PASSPHRASE_FILE: '', MIXUN_PASSPHRASE: '' })).toBeUndefined()
  })

  it.each([
    ['a b\n', 'a b'],
    ['a b\r\n', 'a b'],
    ['a b', 'a b'],
    ['a b\n\n', 'a b\n'],
    [' a\nb ', ' a\nb '],
    ['\n', ''],
  ])('is all of the file but one line ending: %j', (content, expected) => {
    expect(textIn({ MIXUN_PASSPHRASE_FILE: write('one', content) })).toBe(expected)
  })

  it('is refused when its file is missing or others may read it', () => {
    const missing = { MIXUN_PASSPHRASE_FILE: join(folder, 'nowhere'), MIXUN_PASSPHRASE: 'of the variable' }
    expectCode('ERR_FILE_MISSING', () => textIn(missing)) // nothing else is taken in its stead
    const open = { MIXUN_PASSPHRASE_FILE: write('open', 'x', 0o644) }
    expect(expectCode('ERR_KEY_FILE', () => textIn(open)).message).toContain('chmod 600')
  })
})

describe('a new key store', () => {
  const make = (passphrase?: Uint8Array | (() => Uint8Array)) => {
    return FileKeyStore.create(newFolder(), ownerOf('intl'), { passphrase })
  }

  it('takes 8 to 1,024 bytes: ERR_KEY_PASSPHRASE', () => {
    for (const length of [0, 7, 1_025]) {
      expectCode('ERR_KEY_PASSPHRASE', () => make(new Uint8Array(length).fill(65)))
    }
    for (const length of [8, 1_024]) expect(make(new Uint8Array(length).fill(65)).isProtected).toBe(true)
  })

  it('is not made without one, unless told so: ERR_KEY_PASSPHRASE_MISSING', () => {
    vi.stubEnv('MIXUN_PASSPHRASE', undefined)
    expect(expectCode('ERR_KEY_PASSPHRASE_MISSING', () => make()).nextStep).toContain('MIXUN_PASSPHRASE_FILE')
  })

  it('takes that of the environment, and wipes what a function gave it', () => {
    vi.stubEnv('MIXUN_PASSPHRASE', 'of the environment')
    expect(make().isProtected).toBe(true)
    const [given, lent] = [utf8('of a function'), utf8('of the caller')]
    make(() => given)
    make(lent)
    expect(given).toEqual(new Uint8Array(given.length))
    expect(lent).toEqual(utf8('of the caller'))
  })

  it('is derived with 128 MiB unless something else is asked for', () => {
    vi.stubEnv('MIXUN_KEY_DERIVATION', undefined)
    const folder = newFolder()
    const passphrase = utf8('correct horse battery')
    FileKeyStore.create(folder, ownerOf('intl'), { passphrase }).createSigningKey()
    expect(readFileSync(join(folder, 'keystore')).toString('latin1')).toContain('scrypt_logn17_r8_p1')
    expect(FileKeyStore.open(folder, ownerOf('intl'), { passphrase }).openSigningKey()).toBeDefined()
  })
})
