import { seededRandom } from '@mixun/core/testing'
import { type FuzzedCodec, fuzzedRecord } from '@mixun/core/testing/fuzz'
import { signedLeafSamplesCodec } from '../audit/leaf-samples.ts'
import { signedOpeningCodec } from '../audit/audit-opening.ts'
import { jointSessionsCodec } from '../audit/joint-sessions.ts'
import { replyCodec } from '../check/resume.ts'
import { closingOpeningCodec } from '../consortium/closing.ts'
import { decodePublicList, encodePublicList, type PublicListEntry } from '../consortium/public-list.ts'
import { decodeKeyFile, encodeKeyFile, type KeyFile } from '../keystore/key-file-codec.ts'
import { consentSecretCodec } from '../store/consent-store.ts'
import { inquirySecretCodec } from '../store/inquiries.ts'
import { jointContributionCodec, jointQuerySecretsCodec } from '../store/joint-queries.ts'
import { jointSideCodec, signedJointSideCodec } from '../joint/joint-side.ts'
import { signedJointStatementCodec } from '../joint/protocols.ts'
import { framePayloads, unframePayloads } from '../store/own-records.ts'
import { ticketAnswerCodec, ticketContentCodec } from '../tickets/messages.ts'

const random = seededRandom('fuzzed codecs of sdk')
const bytes = (length: number): Uint8Array => random.bytes(length)

const keyFile: KeyFile = {
  header: {
    format: 'mixun-key-1',
    kind: 'oprf',
    class: 'B',
    epoch: 3,
    suite: 'intl',
    partyId: 'jia',
    keyStore: bytes(16),
    createdAt: 1_780_000_000_000,
    publicKey: bytes(32),
    derivation: 'hkdf',
    salt: bytes(32),
  },
  nonce: bytes(12),
  wrapped: bytes(48),
}

/** Every codec of sdk. */
export const codecs: readonly FuzzedCodec[] = [
  fuzzedRecord('tickets/messages.ts', ticketContentCodec, [
    {
      ticketId: bytes(16),
      about: 'record',
      nonce: bytes(32),
      items: [{ provider: 'yi', class: 'B', sourceDigest: bytes(32), intentId: null, code: null }],
      statement: null,
    },
  ]),
  fuzzedRecord('tickets/messages.ts', ticketAnswerCodec, [
    {
      ticketId: bytes(16),
      outcome: 'source-opened',
      nonce: bytes(32),
      source: { digest: bytes(32), salt: bytes(32) },
      statement: 'as recorded',
    },
  ]),
  fuzzedRecord('audit/audit-opening.ts', signedOpeningCodec, [
    { inquirer: 'jia', opening: '{}', documentBytes: 7, sessionsBytes: 0, signature: bytes(64) },
  ]),
  fuzzedRecord('audit/leaf-samples.ts', signedLeafSamplesCodec, [
    {
      provider: 'yi',
      class: 'B',
      epoch: 2,
      checkpoint: 'ledger.example/mixun\n7\nroot\n',
      samples: bytes(400),
      signature: bytes(64),
    },
  ]),
  fuzzedRecord('store/joint-queries.ts', jointQuerySecretsCodec, [
    { input: bytes(30), consentId: bytes(16), factor: bytes(32), seed: bytes(32), entry: bytes(90) },
  ]),
  fuzzedRecord('store/joint-queries.ts', jointContributionCodec, [
    { value: bytes(8), receipt: bytes(200), signature: bytes(64), record: bytes(300) },
  ]),
  fuzzedRecord('joint/joint-side.ts', jointSideCodec, [
    { intentId: bytes(16), party: 'yi', record: bytes(200), maskKey: bytes(16), maskSalt: bytes(32) },
  ]),
  fuzzedRecord('joint/joint-side.ts', signedJointSideCodec, [{ side: bytes(200), signature: bytes(64) }]),
  fuzzedRecord('audit/joint-sessions.ts', jointSessionsCodec, [
    {
      answered: [bytes(90), bytes(80)],
      failed: [bytes(70)],
      attempts: [bytes(50)],
      shares: [{ party: 'yi', signed: bytes(60) }],
    },
    { answered: [], failed: [], attempts: [], shares: [] },
  ]),
  fuzzedRecord('joint/protocols.ts', signedJointStatementCodec, [
    { statement: bytes(120), signature: bytes(64) },
  ]),
  fuzzedRecord('store/consent-store.ts', consentSecretCodec, [
    { idType: 'resident-id', idNumber: 'x'.repeat(18), opening: bytes(32), documentSalt: bytes(32) },
  ]),
  fuzzedRecord('check/resume.ts', replyCodec, [
    {
      provider: 'yi',
      class: 'B',
      status: 'evaluated',
      code: null,
      receipt: bytes(200),
      receiptSignature: bytes(64),
      output: bytes(64),
      transcript: bytes(300),
    },
    {
      provider: 'yi',
      class: 'B',
      status: 'refused',
      code: 'ERR_EPOCH_STALE',
      receipt: bytes(200),
      receiptSignature: bytes(64),
      output: null,
      transcript: null,
    },
  ]),
  fuzzedRecord('consortium/closing.ts', closingOpeningCodec, [
    { period: '2026-07', partyId: 'jia', balance: 117, blinding: bytes(32) },
  ]),
  fuzzedRecord('store/inquiries.ts', inquirySecretCodec, [{ consentId: bytes(16), factor: bytes(32) }]),
  {
    name: 'key file',
    source: 'keystore/key-file-codec.ts',
    samples: [encodeKeyFile(keyFile)],
    decode: file => decodeKeyFile('B-3.key', file),
    encode: (read: KeyFile) => encodeKeyFile(read),
    codes: ['ERR_KEY_FILE'],
  },
  {
    name: 'public list',
    source: 'consortium/public-list.ts',
    samples: [
      encodePublicList([
        { subject: bytes(20), payload: bytes(60) },
        { subject: bytes(30), payload: bytes(90) },
      ]),
      encodePublicList([]),
    ],
    decode: decodePublicList,
    encode: (entries: PublicListEntry[]) => encodePublicList(entries),
  },
  {
    name: 'own records of a subject',
    source: 'store/own-records.ts',
    samples: [framePayloads([bytes(60), bytes(10)]), framePayloads([])],
    decode: unframePayloads,
    encode: (payloads: Uint8Array[]) => framePayloads(payloads),
  },
]

/** What reads bytes and is fuzzed through another, or never reads what others wrote. */
export const elsewhere: Readonly<Record<string, string>> = {
  'leaf samples body': 'written for signatures, never read',
  'key file header': 'written as associated data, never read',
  'key file body': 'written for checksums, never read',
}
