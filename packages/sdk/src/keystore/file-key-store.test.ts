import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex, utf8 } from '@mixun/core/bytes'
import { type RandomSource, systemRandom } from '@mixun/core/random'
import { SUITE_IDS, suiteById } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { encodeSecretKey, oprfSuiteOf } from '@mixun/ot/oprf'
import { describe, expect, it } from 'vitest'
import { FileKeyStore } from './file-key-store.ts'
import {
  fullStore,
  jointKeys,
  keyDerivation,
  newFolder,
  options,
  ownerOf,
  passphrase,
} from './test-stores.ts'

const FILES = ['ca.key', 'identity.key', 'keystore', 'store.key', 'tls.key']
const isZero = (bytes: Uint8Array | undefined) => bytes?.every(byte => byte === 0)

/** Keeps what it gave: the buffers themselves, and copies. */
function recordingRandom(): RandomSource & { buffers: Uint8Array[]; copies: Uint8Array[] } {
  const [buffers, copies]: Uint8Array[][] = [[], []]
  return {
    buffers: buffers as Uint8Array[],
    copies: copies as Uint8Array[],
    bytes(length) {
      const bytes = systemRandom.bytes(length)
      buffers?.push(bytes)
      copies?.push(Uint8Array.from(bytes))
      return bytes
    },
  }
}

describe.each(SUITE_IDS)('a file key store of suite %s', suite => {
  const owner = ownerOf(suite)
  const oprf = oprfSuiteOf(suite)

  it('gives every key back when it is opened again', () => {
    const { folder, store, identity } = fullStore(suite)
    const secretOf = (from: FileKeyStore) => toHex(encodeSecretKey(oprf, from.openOprfKey('B', 3)))
    using again = FileKeyStore.open(folder, owner, options)
    const signature = again.openSigningKey().sign(utf8('message'))
    expect(() => suiteById(suite).verify(identity.publicKey, utf8('message'), signature)).not.toThrow()
    expect(again.openSecret('store')).toEqual(new Uint8Array(32).fill(7))
    expect(Buffer.from(again.openSecret('tls')).toString()).toContain('of TLS')
    expect(Buffer.from(again.openSecret('ca')).toString()).toContain('of the CA')
    expect(secretOf(again)).toBe(secretOf(store))
    expect(secretOf(again)).not.toBe(toHex(encodeSecretKey(oprf, again.openOprfKey('B', 4))))
    expect([again.hasOprfKey('B', 4), again.hasOprfKey('B', 5), again.isProtected]).toEqual([
      true,
      false,
      true,
    ])
  })

  it('writes files of mode 600 that show no secret, and nothing else', () => {
    const random = recordingRandom()
    const folder = newFolder()
    const store = FileKeyStore.create(folder, owner, { ...options, random })
    store.createSigningKey()
    const pair = store.createOprfKey('B', 1)
    store.storeSecret('tls', utf8('-----BEGIN PRIVATE KEY----- of TLS'))
    const files = ['keystore', 'identity.key', 'tls.key', 'oprf/B-1.key'].map(name => join(folder, name))
    expect(readdirSync(folder).toSorted()).toEqual(['identity.key', 'keystore', 'oprf', 'tls.key'])
    const content = files.map(file => readFileSync(file).toString('hex')).join('\n')
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600)
    const master = random.copies[0] as Uint8Array
    const key = encodeSecretKey(oprf, pair)
    // What suite intl draws for a signing key is the key.
    const drawn = suite === 'intl' ? random.copies.filter(bytes => bytes.length === 32).slice(2, 3) : []
    for (const secret of [master, key, passphrase, utf8('PRIVATE KEY'), ...drawn]) {
      expect(content).not.toContain(toHex(secret))
    }
    expect(content).toContain(toHex(store.openSigningKey().publicKey)) // the search finds what is there
  })

  it('zeroes what it drew for a key, and the master key when it is disposed', () => {
    const random = recordingRandom()
    const store = FileKeyStore.create(newFolder(), owner, { ...options, random })
    const before = random.buffers.length
    const identity = store.createSigningKey()
    expect(isZero(random.buffers[before])).toBe(true)
    const master = random.buffers[0]
    expect(isZero(master)).toBe(false)
    store[Symbol.dispose]()
    expect(isZero(master)).toBe(true)
    expect(identity.sign(utf8('still'))).toHaveLength(64)
    expectCode('ERR_STATE_DISPOSED', () => store.openSigningKey())
    expectCode('ERR_STATE_DISPOSED', () => store.createOprfKey('B', 1)) // not under zeros
    expectCode('ERR_STATE_DISPOSED', () => store.changePassphrase({ ...options }))
  })

  it('replaces no key: ERR_KEY_EXISTS', () => {
    const { folder, store } = fullStore(suite)
    const contents = () => FILES.map(name => toHex(readFileSync(join(folder, name))))
    const before = contents()
    expectCode('ERR_KEY_EXISTS', () => FileKeyStore.create(folder, owner, options))
    expectCode('ERR_KEY_EXISTS', () => store.createSigningKey())
    expectCode('ERR_KEY_EXISTS', () => store.storeSecret('store', new Uint8Array(32)))
    expectCode('ERR_KEY_EXISTS', () => store.createOprfKey('B', 3))
    expect(contents()).toEqual(before)
    expect(readdirSync(folder).toSorted()).toEqual([...FILES, 'oprf'].toSorted())
  })

  it('destroys an evaluation key for good', () => {
    const { folder, store } = fullStore(suite)
    const destroyed = toHex(encodeSecretKey(oprf, store.openOprfKey('B', 3)))
    store.destroyOprfKey('B', 3)
    store.destroyOprfKey('B', 3) // twice is once
    expect(existsSync(join(folder, 'oprf/B-3.key'))).toBe(false)
    expect(store.hasOprfKey('B', 3)).toBe(false)
    expectCode('ERR_HOME_MISSING', () => store.openOprfKey('B', 3))
    expect(store.openOprfKey('B', 4)).toBeDefined()
    expect(toHex(encodeSecretKey(oprf, store.createOprfKey('B', 3)))).not.toBe(destroyed)
  })

  it('keeps the keys of joint tables by version, wrapped, until they are destroyed', () => {
    const { folder, store } = fullStore(suite)
    using again = FileKeyStore.open(folder, owner, options)
    expect([again.jointVersions(), again.openJointKeys(3)]).toEqual([[3, 12], jointKeys])
    const file = join(folder, 'oprf/joint-3.key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    for (const secret of Object.values(jointKeys)) {
      expect(toHex(readFileSync(file))).not.toContain(toHex(secret))
    }
    expectCode('ERR_KEY_EXISTS', () => store.createJointKeys(3, jointKeys))
    expectCode('ERR_INPUT_LENGTH', () =>
      store.createJointKeys(4, { ...jointKeys, maskKey: jointKeys.secretKey }),
    )
    store.destroyJointKeys(3)
    store.destroyJointKeys(3) // twice is once
    expect(again.jointVersions()).toEqual([12])
    expectCode('ERR_HOME_MISSING', () => again.openJointKeys(3))
  })

  it('changes its passphrase and nothing else', () => {
    const { folder, store } = fullStore(suite)
    const keys = () => [...FILES.filter(name => name !== 'keystore'), 'oprf/B-3.key']
    const contents = () => keys().map(name => toHex(readFileSync(join(folder, name))))
    const before = contents()
    const next = utf8('another passphrase')
    store.changePassphrase({ passphrase: next, keyDerivation })
    expect(contents()).toEqual(before)
    expectCode('ERR_KEY_PASSPHRASE', () => FileKeyStore.open(folder, owner, options))
    using again = FileKeyStore.open(folder, owner, { passphrase: next, keyDerivation })
    expect(again.openSecret('store')).toEqual(store.openSecret('store'))
  })

  it('keeps the old passphrase when a change fails or dies', () => {
    const { folder, store } = fullStore(suite)
    expectCode('ERR_KEY_PASSPHRASE', () =>
      store.changePassphrase({ passphrase: utf8('short'), keyDerivation }),
    )
    writeFileSync(join(folder, 'keystore.1.tmp'), 'half a file') // died before the rename
    mkdirSync(join(folder, `keystore.${process.pid}.tmp`)) // the disk refuses
    const next = { passphrase: utf8('another passphrase'), keyDerivation }
    expect(() => store.changePassphrase(next)).toThrow('.tmp')
    using again = FileKeyStore.open(folder, owner, options)
    expect(again.openSecret('store')).toHaveLength(32)
  })

  it('without a passphrase says so, and opens without one only', () => {
    const folder = newFolder()
    const none = { passphrase: null, keyDerivation }
    const made = FileKeyStore.create(folder, owner, none)
    const identity = made.createSigningKey()
    const opened = FileKeyStore.open(folder, owner, none)
    expect([made.isProtected, opened.isProtected]).toEqual([false, false])
    expect(opened.openSigningKey().publicKey).toEqual(identity.publicKey)
    expect(readFileSync(join(folder, 'keystore')).toString('latin1')).toContain('none')
    expectCode('ERR_KEY_PASSPHRASE', () => FileKeyStore.open(folder, owner, options))
    opened.changePassphrase(options)
    expect(opened.isProtected).toBe(true)
    expectCode('ERR_KEY_PASSPHRASE_MISSING', () => FileKeyStore.open(folder, owner, none))
    expect(FileKeyStore.open(folder, owner, options).isProtected).toBe(true)
  })
})

it('takes secrets of 1 to 16,000 bytes', () => {
  const store = FileKeyStore.create(newFolder(), ownerOf('intl'), options)
  for (const length of [0, 16_001]) {
    expectCode('ERR_INPUT_LENGTH', () => store.storeSecret('tls', new Uint8Array(length)))
  }
  store.storeSecret('tls', new Uint8Array(16_000).fill(1))
  store.storeSecret('ca', new Uint8Array(1))
  expect(store.openSecret('tls')).toHaveLength(16_000)
  expect(store.openSecret('ca')).toEqual(new Uint8Array(1))
})

it('tells backup programs to leave the evaluation keys out, and the others in', () => {
  const { folder } = fullStore('intl')
  const tag = readFileSync(join(folder, 'oprf', 'CACHEDIR.TAG'), 'utf8')
  expect(tag.slice(0, 43)).toBe('Signature: 8a477f597d28d172789f06886806bc55') // bford.info/cachedir
  expect(existsSync(join(folder, 'oprf', '.nobackup'))).toBe(true)
  expect(existsSync(join(folder, 'CACHEDIR.TAG'))).toBe(false)
})
