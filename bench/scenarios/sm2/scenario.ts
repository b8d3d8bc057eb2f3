import { compareBytes, utf8 } from '@mixun/core/bytes'
import { sm2 } from '@mixun/core/group'
import { systemRandom } from '@mixun/core/random'
import { Sm2PrivateKey } from '@mixun/core/sm'
import { type Measurement, measurement, OWN_SIDE } from '../../harness/result.ts'
import { scenario } from '../../harness/scenario.ts'
import { type Step, timeSteps } from '../../harness/time-steps.ts'
import { OPENSSL, OPENSSL_SPEED, opensslSpeed } from '../../peers/openssl.ts'
import type { Sm2Implementation } from '../../peers/sm2-implementation.ts'
import { ours, SM_CRYPTO, SM_CRYPTO_V2, sm2Implementations } from '../../peers/sm2.ts'

const message = utf8('resident-id:990101199001010006')
const SIGNATURES = 'signatures'

/** SM2 signatures and encryption, ours beside what else an engineer would take. */
export const sm2Operations = scenario({
  name: 'sm2',
  summary: 'SM2 signatures and encryption, one thread',
  settings: {
    roundMs: { text: 'time for each operation in each round, ms', standard: 100, quick: 1 },
    rounds: { text: 'rounds through all operations', standard: 8, quick: 1 },
    opensslSeconds: { text: 'seconds for each part of openssl speed', standard: 3, quick: 1 },
  },
  async run({ settings, progress }) {
    const { rounds, roundMs, opensslSeconds } = settings
    const options = { rounds, timeMs: roundMs, minRuns: rounds > 1 ? 2 : 1 }
    const key = Sm2PrivateKey.generate(sm2, systemRandom)
    const all = sm2Implementations(key)
    checkAgreement(key, all)
    progress('signatures')
    const signatures = await timeSteps(SIGNATURES, signatureSteps(all), options)
    progress('encryption')
    const encryption = await timeSteps(`encryption of ${message.length} bytes`, encryptionSteps(all), options)
    progress('openssl speed')
    const speed = opensslSpeed(opensslSeconds)
    return {
      measurements: [...signatures, ...ofSpeed(speed), ...encryption],
      sides: {
        [OWN_SIDE]: 'this repository, @mixun/core/sm over the WebAssembly kernel',
        [SM_CRYPTO]: 'plain JavaScript, over jsbn',
        [SM_CRYPTO_V2]: 'plain JavaScript, over @noble/curves',
        [OPENSSL]: 'native code, with an imported key; its user id is empty',
        ...(speed === null ? {} : { [OPENSSL_SPEED]: "the machine's openssl: native code, digests only" }),
      },
      notes: [
        'Each side verified the signatures of all others, and decrypted their ciphertexts, before anything was timed.',
        'Messages, signatures (DER) and ciphertexts are bytes on every side; sm-crypto and sm-crypto-v2 take hex.',
        'node:crypto signs under an empty user id, which changes a hash of public values and no figure; it has no SM2 encryption.',
        speed === null
          ? 'There is no openssl on this machine that measures SM2.'
          : 'openssl speed measures in a program of its own and signs digests; hashing a message is not in its figures.',
      ],
    }
  },
})

/** @throws when one does not take what another made */
function checkAgreement(key: Sm2PrivateKey, all: readonly Sm2Implementation[]): void {
  for (const one of all) {
    // Ours takes any user id, and so stands beside each.
    const beside = [
      ours(key, one.userId),
      ...all.filter(other => compareBytes(other.userId, one.userId) === 0),
    ]
    const signature = one.sign(message)
    const ciphertext = one.encrypt?.(message)
    for (const other of beside) {
      if (!other.verify(message, signature)) throw new Error(`${other.side} refuses what ${one.side} signed`)
      if (!one.verify(message, other.sign(message))) {
        throw new Error(`${one.side} refuses what ${other.side} signed`)
      }
      if (ciphertext === undefined || other.decrypt === undefined) continue
      if (compareBytes(other.decrypt(ciphertext), message) !== 0) {
        throw new Error(`${other.side} does not decrypt what ${one.side} encrypted`)
      }
    }
  }
}

function signatureSteps(all: readonly Sm2Implementation[]): Step[] {
  const signing = all.map(({ side, sign }): Step => ({ name: 'sign', side, run: () => sign(message) }))
  const verifying = all.map(({ side, sign, verify }): Step => {
    const signature = sign(message)
    return { name: 'verify', side, run: () => verify(message, signature) }
  })
  return [...signing, ...verifying]
}

function encryptionSteps(all: readonly Sm2Implementation[]): Step[] {
  const able = all.flatMap(({ side, encrypt, decrypt }) =>
    encrypt === undefined || decrypt === undefined ? [] : [{ side, encrypt, decrypt }],
  )
  const encrypting = able.map(
    ({ side, encrypt }): Step => ({ name: 'encrypt', side, run: () => encrypt(message) }),
  )
  const decrypting = able.map(({ side, encrypt, decrypt }): Step => {
    const ciphertext = encrypt(message)
    return { name: 'decrypt', side, run: () => decrypt(ciphertext) }
  })
  return [...encrypting, ...decrypting]
}

function ofSpeed(speed: ReturnType<typeof opensslSpeed>): Measurement[] {
  if (speed === null) return []
  return [
    measurement(SIGNATURES, 'sign', 'ms', [speed.signMs], OPENSSL_SPEED),
    measurement(SIGNATURES, 'verify', 'ms', [speed.verifyMs], OPENSSL_SPEED),
  ]
}
