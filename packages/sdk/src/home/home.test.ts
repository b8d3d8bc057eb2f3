import { chmodSync, mkdtempSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { utf8 } from '@mixun/core/bytes'
import { systemRandom } from '@mixun/core/random'
import { expectCode } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { anchorFrom, DEFAULT_LIMITS, Home, type HomeConfig } from './index.ts'

const folder = () => mkdtempSync(join(tmpdir(), 'mixun-home-'))
const config: HomeConfig = {
  party: { id: 'jia', name: '甲证券', role: 'firm', suite: 'intl' },
  listen: { host: '127.0.0.1', port: 7001, advertise: '127.0.0.1:7001' },
  association: { id: 'association', address: '127.0.0.1:7000' },
  operators: { makers: ['li.na'], checkers: ['wang.fang'] },
  limits: DEFAULT_LIMITS,
}

it('makes a home in suite sm, with a key of that suite', () => {
  const root = folder()
  Home.create(root, { ...config, party: { ...config.party, suite: 'sm' } })
  const { identity } = Home.open(root)
  expect(identity.suite.id).toBe('sm')
  expect(identity.signingKey.publicKey).toHaveLength(33)
})

it('takes a trust anchor whose key is one of its suite', () => {
  const anchor = (suite: string, keyBytes: number) => ({
    consortium: 'c',
    suite,
    origin: 'o',
    association: { id: 'association', publicKey: '02'.repeat(keyBytes) },
  })
  expect(anchorFrom(anchor('intl', 32)).association.publicKey).toHaveLength(32)
  expect(anchorFrom(anchor('sm', 33)).association.publicKey).toHaveLength(33)
  for (const bad of [anchor('sm', 32), anchor('intl', 33), anchor('other', 32), anchor('sm', 65)]) {
    expectCode('ERR_HOME_INVALID', () => anchorFrom(bad))
  }
})

it('makes a home once and opens it again with the same keys', () => {
  const root = folder()
  const made = Home.create(root, config)
  const opened = Home.open(root)
  expect(opened.config).toEqual(config)
  expect(opened.identity.signingKey.publicKey).toEqual(made.identity.signingKey.publicKey)
  expectCode('ERR_HOME_EXISTS', () => Home.create(root, config))
})

it('says which file or field is missing or wrong', () => {
  expectCode('ERR_HOME_MISSING', () => Home.open(folder()))
  const root = folder()
  const home = Home.create(root, config)
  expectCode('ERR_HOME_MISSING', () => home.anchor())
  expectCode('ERR_HOME_ROLE', () => home.requireRole('association'))
  const toml = readFileSync(home.paths.config, 'utf8')
  writeFileSync(home.paths.config, toml.replace('port = 7001', 'port = 700100'))
  expect(expectCode('ERR_HOME_INVALID', () => Home.open(root)).message).toContain('listen.port')
  writeFileSync(home.paths.config, 'not toml [')
  expectCode('ERR_HOME_INVALID', () => Home.open(root))
})

it('reads a config.toml from before publishThreads as one thread a core', () => {
  const root = folder()
  const home = Home.create(root, config)
  const toml = readFileSync(home.paths.config, 'utf8')
  expect(toml).toContain('publishThreads = 0\n')
  writeFileSync(home.paths.config, toml.replace('publishThreads = 0\n', ''))
  expect(Home.open(root).config.limits.publishThreads).toBe(0)
  writeFileSync(home.paths.config, toml.replace('publishThreads = 0', 'publishThreads = -1'))
  expect(expectCode('ERR_HOME_INVALID', () => Home.open(root)).message).toContain('limits.publishThreads')
})

it('refuses a key file that others may read, or that is a bare key of old', () => {
  const root = folder()
  const key = join(Home.create(root, config).paths.keys, 'identity.key')
  chmodSync(key, 0o644)
  expectCode('ERR_KEY_FILE', () => Home.open(root))
  chmodSync(key, 0o600)
  writeFileSync(key, `${'ab'.repeat(32)}\n`)
  const { message } = expectCode('ERR_KEY_FILE', () => Home.open(root))
  expect(message).toContain('mixun init')
  expect(message).not.toContain('abab')
})

it('opens with its passphrase only', () => {
  const root = folder()
  Home.create(root, config, { passphrase: utf8('correct horse') })
  expect(Home.open(root, { passphrase: utf8('correct horse') }).keys.isProtected).toBe(true)
  expectCode('ERR_KEY_PASSPHRASE', () => Home.open(root, { passphrase: utf8('wrong horse') }))
  expectCode('ERR_KEY_PASSPHRASE', () => Home.open(root)) // that of the environment
})

it('makes no home without a passphrase, and never new keys in the place of old ones', () => {
  const root = folder()
  expectCode('ERR_KEY_PASSPHRASE', () => Home.create(root, config, { passphrase: new Uint8Array(0) }))
  expect(readdirSync(root)).toEqual([])
  const { paths } = Home.create(root, config)
  unlinkSync(paths.config)
  const before = readFileSync(join(paths.keys, 'identity.key'))
  expectCode('ERR_KEY_EXISTS', () => Home.create(root, config))
  expect(readFileSync(join(paths.keys, 'identity.key'))).toEqual(before)
})

it('does not print its secrets', () => {
  const drawn: Uint8Array[] = []
  const bytes = (length: number) => {
    const fresh = systemRandom.bytes(length)
    drawn.push(Uint8Array.from(fresh))
    return fresh
  }
  const home = Home.create(folder(), config, { random: { bytes } })
  const printed = inspect(home, { depth: 10, showHidden: true }) + JSON.stringify(home)
  expect(drawn.length).toBeGreaterThan(4)
  for (const secret of drawn) {
    expect(printed).not.toContain(Buffer.from(secret).toString('hex'))
    expect(printed).not.toContain([...secret.subarray(0, 8)].join(', '))
  }
})
