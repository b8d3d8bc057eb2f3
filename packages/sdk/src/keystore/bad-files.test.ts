import { chmodSync, copyFileSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { SUITE_IDS } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { FileKeyStore } from './file-key-store.ts'
import { forgeHeader, fullStore, keyDerivation, newFolder, options, ownerOf } from './test-stores.ts'

describe.each(SUITE_IDS)('key files of suite %s', suite => {
  const owner = ownerOf(suite)
  const { folder, store } = fullStore(suite)
  const file = (name: string) => join(folder, name)
  const open = () => FileKeyStore.open(folder, owner, options)
  /** What opens the file of this name. */
  const opening: Readonly<Record<string, () => unknown>> = {
    keystore: open,
    'identity.key': () => store.openSigningKey(),
    'store.key': () => store.openSecret('store'),
    'tls.key': () => store.openSecret('tls'),
    'oprf/B-3.key': () => store.openOprfKey('B', 3),
    'oprf/B-4.key': () => store.openOprfKey('B', 4),
    'oprf/C-3.key': () => store.openOprfKey('C', 3),
    'oprf/joint-3.key': () => store.openJointKeys(3),
    'oprf/joint-12.key': () => store.openJointKeys(12),
  }

  /** Runs `test` and puts the file back; it must open again then. */
  function restoring(name: string, test: (content: Buffer) => void): void {
    const content = readFileSync(file(name))
    test(Buffer.from(content))
    writeFileSync(file(name), content)
    expect(opening[name]?.()).toBeDefined()
  }
  const refused = (name: string) => expectCode('ERR_KEY_FILE', () => opening[name]?.()).message

  it.each(['keystore', 'identity.key', 'store.key', 'oprf/B-3.key'])('%s is refused when damaged', name => {
    restoring(name, content => {
      for (let at = 0; at < content.length; at++) {
        writeFileSync(
          file(name),
          Buffer.from(content.map((byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte))),
        )
        expect(refused(name)).toContain(file(name))
      }
      for (let length = 0; length < content.length; length += 5) {
        writeFileSync(file(name), content.subarray(0, length))
        refused(name)
      }
      for (const bytes of [
        Buffer.concat([content, Buffer.of(0)]),
        Buffer.alloc(40_000),
        Buffer.from('hello'),
      ]) {
        writeFileSync(file(name), bytes)
        refused(name)
      }
    })
  })

  it.each(['keystore', 'identity.key', 'tls.key', 'oprf/B-3.key'])(
    '%s is refused when others may read it',
    name => {
      for (const mode of [0o640, 0o604, 0o660, 0o644]) {
        chmodSync(file(name), mode)
        expect(refused(name)).toContain(`chmod 600 ${file(name)}`)
      }
      chmodSync(file(name), 0o600)
      expect(opening[name]?.()).toBeDefined()
    },
  )

  it.each([
    ['identity.key', 'store.key', 'a key of kind store, found identity'],
    ['store.key', 'identity.key', 'a key of kind identity, found store'],
    ['tls.key', 'store.key', 'a key of kind store, found tls'],
    ['identity.key', 'keystore', 'a key of kind master, found identity'],
    ['keystore', 'store.key', 'a key of kind store, found master'],
    ['oprf/B-3.key', 'oprf/B-4.key', 'a key of epoch 4, found 3'],
    ['oprf/B-3.key', 'oprf/C-3.key', 'a key of class C, found B'],
    ['oprf/B-3.key', 'identity.key', 'a key of kind identity, found oprf'],
    ['oprf/joint-3.key', 'oprf/B-3.key', 'a key of kind oprf, found joint'],
    ['oprf/joint-3.key', 'oprf/joint-12.key', 'a key of epoch 12, found 3'],
  ])('%s in the place of %s is refused', (from, to, message) => {
    restoring(to, () => {
      copyFileSync(file(from), file(to))
      expect(refused(to)).toContain(message)
    })
  })

  it.each([
    ['oprf/B-3.key', 'oprf/B-4.key', { epoch: 4 }],
    ['oprf/B-3.key', 'oprf/C-3.key', { class: 'C' }],
    ['store.key', 'identity.key', { kind: 'identity' }],
    ['identity.key', 'store.key', { kind: 'store', publicKey: null }],
    ['oprf/B-3.key', 'oprf/B-3.key', { publicKey: new Uint8Array(32) }],
    ['oprf/B-3.key', 'oprf/B-3.key', { createdAt: 1 }],
    ['oprf/B-3.key', 'oprf/B-3.key', { derivation: 'none' }],
    ['oprf/B-3.key', 'oprf/B-3.key', { salt: new Uint8Array(32) }],
  ] as const)('%s made to look like %s, checksum and all, does not open: %j', (from, to, changed) => {
    restoring(to, () => {
      copyFileSync(file(from), file(to))
      forgeHeader(file(to), changed)
      expect(refused(to)).toContain('does not open under the master key')
    })
  })

  it('of another party, suite or key store are refused', () => {
    const otherSuite = suite === 'intl' ? 'sm' : 'intl'
    const strangers = [
      [fullStore(otherSuite), `a key of suite ${suite}, found ${otherSuite}`],
      [fullStore(suite, 'yi'), 'a key of party jia, found yi'],
      [fullStore(suite), 'belongs to another key store'],
    ] as const
    for (const [stranger, message] of strangers) {
      for (const name of ['identity.key', 'store.key', 'oprf/B-3.key']) {
        restoring(name, () => {
          copyFileSync(join(stranger.folder, name), file(name))
          expect(refused(name)).toContain(message)
        })
      }
    }
    const [[other]] = strangers
    restoring('keystore', () => {
      copyFileSync(join(other.folder, 'keystore'), file('keystore'))
      expect(refused('keystore')).toContain(`a key of suite ${suite}`)
    })
  })

  it('with the key store of another home open neither way', () => {
    const other = fullStore(suite)
    restoring('keystore', () => {
      copyFileSync(join(other.folder, 'keystore'), file('keystore'))
      expectCode('ERR_KEY_FILE', () => open().openSigningKey())
      expectCode('ERR_KEY_FILE', () => store.changePassphrase(options)) // would lock the others out
    })
  })

  it('that were not wrapped, as in old homes, are named as such', () => {
    for (const old of [`${'ab'.repeat(32)}\n`, '-----BEGIN PRIVATE KEY-----\nMIGH', 'ab'.repeat(32)]) {
      for (const name of ['identity.key', 'keystore']) {
        restoring(name, () => {
          writeFileSync(file(name), old)
          expect(refused(name)).toContain('a bare key')
          expect(refused(name)).not.toContain('abab')
        })
      }
    }
  })

  it('with a wrong passphrase are told from damaged ones: ERR_KEY_PASSPHRASE', () => {
    for (const wrong of ['correct horse batterz', 'correct horse battery ', 'x', 'correct horse battery\n']) {
      const given = { passphrase: utf8(wrong), keyDerivation }
      expectCode('ERR_KEY_PASSPHRASE', () => FileKeyStore.open(folder, owner, given))
    }
    const empty = { passphrase: new Uint8Array(0), keyDerivation }
    expectCode('ERR_KEY_PASSPHRASE', () => FileKeyStore.open(folder, owner, empty))
    const none = { passphrase: null, keyDerivation }
    expectCode('ERR_KEY_PASSPHRASE_MISSING', () => FileKeyStore.open(folder, owner, none))
  })

  it('of a master key cannot be made to ask for less or more work', () => {
    for (const derivation of [
      'scrypt_logn1_r8_p1',
      'scrypt_logn16_r8_p1',
      'scrypt_logn21_r8_p1',
      'scrypt_logn63_r8_p1',
      'hkdf',
      'pbkdf2',
      'scrypt_logn17_r8_p100',
    ]) {
      restoring('keystore', () => {
        forgeHeader(file('keystore'), { derivation })
        expect(refused('keystore')).toContain('scrypt_logn17_r8_p1')
      })
    }
    restoring('keystore', () => {
      forgeHeader(file('keystore'), { derivation: 'none' })
      expectCode('ERR_KEY_PASSPHRASE', open)
      expectCode('ERR_KEY_PASSPHRASE', () => FileKeyStore.open(folder, owner, { passphrase: null }))
    })
    restoring('keystore', () => {
      forgeHeader(file('keystore'), { salt: new Uint8Array(32) })
      expectCode('ERR_KEY_PASSPHRASE', open)
    })
  })
})

it('keys without the key store that wraps them are named as such', () => {
  const { folder } = fullStore('intl')
  unlinkSync(join(folder, 'keystore'))
  const open = () => FileKeyStore.open(folder, ownerOf('intl'), options)
  expect(expectCode('ERR_KEY_FILE', open).message).toContain('mixun init')
  unlinkSync(join(folder, 'identity.key'))
  expectCode('ERR_HOME_MISSING', open)
})

it('a derivation for tests is refused unless it is asked for: ERR_PARAMETER_INSECURE', () => {
  const { folder } = fullStore('intl')
  const asked = { passphrase: options.passphrase, keyDerivation: 'scrypt_logn17_r8_p1' }
  expectCode('ERR_PARAMETER_INSECURE', () => FileKeyStore.open(folder, ownerOf('intl'), asked))
  const unknown = { passphrase: options.passphrase, keyDerivation: 'scrypt_logn12_r8_p1' }
  expectCode('ERR_PARAMETER_UNKNOWN', () => FileKeyStore.create(newFolder(), ownerOf('intl'), unknown))
})
