import { intl } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { type FuzzedCodec, fuzzedRecord } from '@mixun/core/testing/fuzz'
import { keptOpeningCodec } from '../association/audit-openings.ts'
import { nodeStatusCodec } from '../daemon/node-status.ts'
import { takenSampleCodec } from '../daemon/leaf-sampling.ts'
import { storedJointAnswerCodec } from '../stores/joint-answers.ts'
import { jointBookLineCodec } from '../stores/joint-books.ts'
import { decodeStoredRecord, encodeStoredRecord, type StoredRecord } from '../stores/stored-record.ts'
import { storedRecord } from './records.ts'
import { investor } from './subjects.ts'

const random = seededRandom('fuzzed codecs of party-server')
const home = { identity: { partyId: 'jia', suite: intl } } as Parameters<typeof storedRecord>[0]
const record = storedRecord(home, { subject: investor(7), kind: 'contract-due-not-repaid' })

/** Every codec of party-server. */
export const codecs: readonly FuzzedCodec[] = [
  fuzzedRecord('daemon/node-status.ts', nodeStatusCodec, [
    {
      version: '0.1.0',
      now: 1_780_000_000_000,
      ledgerSize: 40,
      certificateNotAfter: 1_790_000_000_000,
      isWritable: true,
    },
  ]),
  fuzzedRecord('daemon/leaf-sampling.ts', takenSampleCodec, [
    { checkpoint: 'ledger.example/mixun\n7\nroot\n', answer: random.bytes(200) },
  ]),
  fuzzedRecord('association/audit-openings.ts', keptOpeningCodec, [
    { signed: random.bytes(90), document: random.bytes(40), sessions: random.bytes(30) },
  ]),
  fuzzedRecord('stores/joint-books.ts', jointBookLineCodec, [
    { idType: 'resident-id', idNumber: investor(7).reveal(), amount: '123456' },
  ]),
  fuzzedRecord('stores/joint-answers.ts', storedJointAnswerCodec, [
    {
      share: random.bytes(16),
      receipt: random.bytes(90),
      signature: random.bytes(64),
      record: random.bytes(200),
      maskKey: random.bytes(16),
      maskSalt: random.bytes(32),
    },
    {
      share: new Uint8Array(0),
      receipt: random.bytes(90),
      signature: random.bytes(64),
      record: random.bytes(9),
      maskKey: new Uint8Array(0),
      maskSalt: new Uint8Array(0),
    },
  ]),
  {
    name: 'stored record',
    source: 'stores/stored-record.ts',
    samples: [
      encodeStoredRecord(record),
      encodeStoredRecord({
        ...record,
        cohort: 'existing',
        basis: { kind: 'statutory', rule: 'statutory:class-a' },
      }),
    ],
    decode: decodeStoredRecord,
    encode: (stored: StoredRecord) => encodeStoredRecord(stored),
    codes: ['ERR_RECORD_INVALID', 'ERR_SUBJECT_FORMAT', 'ERR_SUBJECT_CHECK_DIGIT', 'ERR_PARAMETER_UNKNOWN'],
  },
]

/** What reads bytes and is fuzzed through another, or never reads what others wrote. */
export const elsewhere: Readonly<Record<string, string>> = {
  'association/audit-sample.ts': 'notes of checkpoints, fuzzed in ledger-adapter',
  'party log entry': 'written for the leaves of a tree, never read',
  'publish/delta-file.ts': 'a commitment before a delta, both fuzzed in ot; this party wrote the file',
}
