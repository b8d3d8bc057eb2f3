import { concat, fromUtf8, utf8 } from '@mixun/core/bytes'
import { parseIsoDate } from '@mixun/core/domain'
import { type FuzzedCodec, fuzzedRecord } from '@mixun/core/testing/fuzz'
import {
  type Checkpoint,
  encodeCheckpoint,
  parseCheckpoint,
  signCheckpoint,
} from '../checkpoint/checkpoint.ts'
import { cosignCheckpoint, openCosigned } from '../checkpoint/cosignature.ts'
import { formatSignature, openNote, parseNote, type SignedNote } from '../checkpoint/signed-note.ts'
import { encodeVerifierKey, parseVerifierKey, type VerifierKey } from '../checkpoint/verifier-key.ts'
import { appendReceiptCodec, signAppendReceipt } from '../ledger/append-receipt.ts'
import { type IntentReceipt, signIntentReceipt, verifyIntentReceipt } from '../ledger/intent-receipt.ts'
import { type BoughtReceipt, signBoughtReceipt, verifyBoughtReceipt } from '../ledger/bought-receipt.ts'
import {
  type BoughtReference,
  encodeBoughtReference,
  filledIn,
  verifyBoughtReference,
} from '../ledger/bought-reference.ts'
import { jointStatementCodecs } from '../ledger/joint-receipts.ts'
import { ledgerId } from '../ledger/ledger-id.ts'
import { signedEntryCodec } from '../ledger/entry.ts'
import { entryOpeningCodec } from '../ledger/entry-opening.ts'
import { entryCodec } from '../ledger/ledger-entry.ts'
import { StoredEntry } from '../ledger/stored-entry.ts'
import { type SealedEntry, sealedEntryCodec } from '../ledger/sealed-entry.ts'
import { ENTRY_KINDS, type EntryKind, payloadCodecs, type Payloads } from '../ledger/payloads.ts'
import { decodeAnswer, decodeRequest, encodeAnswer, encodeRefusal, encodeRequest } from '../remote/codec.ts'
import type { LedgerAnswer, LedgerRefusal, LedgerRequest, LedgerVerb } from '../remote/messages.ts'
import { JIA_ASKS, TEST_NOW, TEST_ORIGIN, TEST_RULES, TestConsortium } from './test-consortium.ts'
import { testBudget, testCalendar, testSharingRules } from './test-rules.ts'

const consortium = new TestConsortium()
const { anchor, association, suite } = consortium
const bytes = (length: number) => consortium.bytes(length)
const consent = consortium.consent('jia')
const intent = consortium.intent(consent, JIA_ASKS)
const bought = consortium.bought('jia', JIA_ASKS)
const jointTables = ['bing', 'jia', 'yi'].map(firm => consortium.joint.table(firm))
const jointIntent = consortium.joint.intent(consent, jointTables)
const aboutJoint = { ledger: ledgerId(anchor), intentId: jointIntent.intentId, provider: 'yi' }

const payloads: { [K in EntryKind]: Payloads[K][] } = {
  genesis: [consortium.genesis()],
  'member-key': [
    { partyId: 'jia', use: 'signing', publicKey: bytes(32), proof: bytes(64) },
    { partyId: 'yi', use: 'sealing', publicKey: bytes(33), proof: bytes(64) },
  ],
  member: [consortium.member('jia'), consortium.member('yi', { address: null, status: 'retired' })],
  'member-address': [{ partyId: 'jia', address: 'wss://jia.example:7441' }],
  table: [consortium.table('yi'), consortium.table('yi', { version: 3, isDistributed: false })],
  'key-destroyed': [{ provider: 'yi', class: 'C', epoch: 4 }],
  'leaf-sample': [
    {
      provider: 'yi',
      class: 'B',
      epoch: 1,
      version: 2,
      treeSize: 40,
      leaves: 16,
      code: 'ERR_VERIFY_OPEN',
      answerDigest: bytes(32),
    },
  ],
  list: [{ provider: 'xiehui', class: 'A', version: 2, count: 7, digest: bytes(32) }],
  consent: [consent, consortium.consent('yi', { classes: ['A', 'B', 'C'] })],
  intent: [intent],
  'intent-bought': [bought],
  'intent-returned': [{ intentId: bytes(16) }],
  outcome: [
    consortium.outcome(intent, ['evaluated', 'refused']),
    consortium.outcome(intent, ['timed-out', 'failed']),
  ],
  'points-grant': [{ partyId: 'jia', amount: 100, reason: 'drill' }],
  'sharing-rules': [testSharingRules()],
  'consent-withdrawn': [{ consentId: bytes(16), reason: 'subject-withdrew', intents: [bytes(16)] }],
  budget: [testBudget('jia', { perDay: { A: 1, B: null, C: 3 } })],
  calendar: [testCalendar({ from: parseIsoDate('2026-02-28') })],
  kinds: [
    {
      version: 2,
      kinds: [{ code: 'late-margin', class: 'B', wire: 201, public: false, zh: '逾期', en: 'late margin' }],
    },
  ],
  'audit-rules': [
    {
      version: 2,
      samplePerMillion: 10_000,
      openingHours: 72,
      answerHours: 120,
      penalties: { 'not-opened': 50, forged: 500, 'ticket-expired': 20 },
      tickets: { price: 5, perDay: 20 },
      boughtIntents: { open: 3, hours: 12 },
      proposeSuspension: ['forged'],
    },
  ],
  'audit-committed': [{ commitment: bytes(32) }],
  'audit-sample': [{ from: 3, to: 40, note: 'a signed note', secret: bytes(32) }],
  'audit-opened': [{ intentId: bytes(16), openingDigest: bytes(32) }],
  'certificate-revoked': [{ partyId: 'yi', certificateDigest: bytes(32), reason: 'key-compromise' }],
  ticket: [{ ticketId: bytes(16), about: 'record', addressee: 'yi', commitment: bytes(32), price: 5 }],
  'ticket-answered': [
    { ticketId: bytes(16), outcome: 'corrected', answerDigest: bytes(32), notice: bytes(32) },
    { ticketId: bytes(16), outcome: 'upheld', answerDigest: bytes(32), notice: null },
  ],
  'ticket-expired': [{ ticketId: bytes(16) }],
  'audit-failed': [{ intentId: bytes(16), finding: 'not-opened', openingDigest: null }],
  'table-attested': [{ provider: 'yi', class: 'B', epoch: 1, version: 3 }],
  'reporting-day': [{ day: parseIsoDate('2026-06-29'), hasLate: true }],
  'points-closed': [
    {
      period: '2026-06',
      balances: [
        { partyId: 'jia', commitment: bytes(32) },
        { partyId: 'yi', commitment: bytes(33) },
      ],
      total: 7,
      blinding: bytes(32),
    },
  ],
  'party-log-anchored': [
    { size: 5, root: bytes(32), proof: [bytes(32), bytes(32)] },
    { size: 1, root: bytes(32), proof: [] },
  ],
  'party-log-reset': [
    { partyId: 'yi', endsIndex: 40, size: 3, root: bytes(32), reason: 'lost', signature: bytes(64) },
  ],
  parameters: [{ parameters: 'sealedtable_r512_c2', status: 'retired', from: TEST_NOW }],
  'joint-rules': [{ version: 2, minFirms: 3, missingAfterSeconds: 60, pricePerFirm: 2 }],
  'joint-table': [jointTables[0] as Payloads['joint-table']],
  'joint-intent': [
    consortium.joint.intent(consent, jointTables),
    consortium.joint.intent(consent, jointTables, {
      output: 'atLeastFen',
      threshold: 5,
      noiseScale: 100,
      replaces: bytes(16),
    }),
  ],
  'joint-outcome': [
    consortium.joint.outcome(jointIntent),
    consortium.joint.outcome(jointIntent, { provider: 'yi', by: 'provider' }),
    consortium.joint.outcome(jointIntent, { provider: 'yi', by: 'association' }),
  ],
}

const recordOf = <K extends EntryKind>(kind: K): FuzzedCodec =>
  fuzzedRecord('ledger/payloads.ts', payloadCodecs[kind] as never, payloads[kind] as never)

const entries = ENTRY_KINDS.map(kind => {
  const payload = payloads[kind][0] as Payloads[typeof kind]
  return consortium.sign(kind === 'consent' ? 'jia' : 'xiehui', kind, payload as never)
})
const entry = entries.find(({ kind }) => kind === 'consent') as (typeof entries)[number]
const sealedEntries = [consent, intent].map(payload =>
  consortium.seal(consortium.sign('jia', 'asked' in payload ? 'intent' : 'consent', payload as never)),
) as SealedEntry[]
const receipt = signAppendReceipt(anchor, association.signingKey, {
  entryId: entry.id,
  index: 7,
  leafHash: bytes(32),
  sequencedAt: TEST_NOW,
})
const { basis: _, price: __, isBought: ___, versions: _____, ...asked } = intent
const place = { entryId: entry.id, index: 7, leafHash: bytes(32), sequencedAt: TEST_NOW }
const intentReceipt = { ...asked, ...place }
const signedIntentReceipt = signIntentReceipt(anchor, association.signingKey, intentReceipt)
const { price: ____, ...purchase } = bought
const signedBoughtReceipt = signBoughtReceipt(anchor, association.signingKey, { ...purchase, ...place })
const fillIn = consortium.sign(
  'jia',
  'intent',
  filledIn(bought, TEST_RULES, { ...intent, expiresAt: TEST_NOW + 60_000 }),
)
const keyOfJia = () => consortium.identity('jia').signingKey.publicKey
const SIGNATURE_BYTES = 64

const records: FuzzedCodec[] = [
  ...ENTRY_KINDS.map(recordOf),
  fuzzedRecord('ledger/entry.ts', signedEntryCodec, entries),
  fuzzedRecord('ledger/sealed-entry.ts', sealedEntryCodec, sealedEntries),
  {
    name: 'ledger entry',
    source: 'ledger/ledger-entry.ts',
    samples: [...entries.map(signedEntryCodec.encode), ...sealedEntries.map(sealedEntryCodec.encode)],
    decode: entryCodec.decode,
    encode: entryCodec.encode as FuzzedCodec['encode'],
  },
  fuzzedRecord('ledger/entry-opening.ts', entryOpeningCodec, [
    { salt: bytes(32), entry: signedEntryCodec.encode(entry) },
  ]),
  ...(['refusal', 'missing', 'share'] as const).map(kind =>
    fuzzedRecord(
      'ledger/joint-receipts.ts',
      jointStatementCodecs[kind] as never,
      [
        {
          ...aboutJoint,
          ...{
            refusal: { code: 'ERR_TABLE_UNAVAILABLE' },
            missing: { statedAt: TEST_NOW },
            share: { share: bytes(16) },
          }[kind],
        },
      ] as never,
    ),
  ),
  fuzzedRecord('ledger/append-receipt.ts', appendReceiptCodec, [receipt]),
  {
    name: 'intent receipt',
    source: 'ledger/intent-receipt.ts',
    samples: [signedIntentReceipt],
    decode: bytes => verifyIntentReceipt(anchor, bytes),
    encode: (value: IntentReceipt) => signIntentReceipt(anchor, association.signingKey, value),
  },
  {
    name: 'receipt of an intent bought in advance',
    source: 'ledger/bought-receipt.ts',
    samples: [signedBoughtReceipt],
    decode: bytes => verifyBoughtReceipt(anchor, bytes),
    encode: (value: BoughtReceipt) => signBoughtReceipt(anchor, association.signingKey, value),
  },
  {
    name: 'reference to an intent bought in advance',
    source: 'ledger/bought-reference.ts',
    samples: [encodeBoughtReference(signedBoughtReceipt, fillIn)],
    decode: bytes => verifyBoughtReference(anchor, TEST_RULES, keyOfJia, bytes),
    encode: ({ purchase: read, fillIn: entry }: BoughtReference) =>
      encodeBoughtReference(signBoughtReceipt(anchor, association.signingKey, read), entry),
    codes: ['ERR_INTENT_FILL_IN'],
  },
  {
    // Whoever holds the sequencer's key may sign anything: the body has to be exact by itself.
    name: 'intent receipt of a lying sequencer',
    source: 'ledger/intent-receipt.ts',
    samples: [signedIntentReceipt.subarray(0, -SIGNATURE_BYTES)],
    decode: body =>
      verifyIntentReceipt({ ...anchor, suite: trusting }, concat(body, new Uint8Array(SIGNATURE_BYTES))),
    encode: (value: IntentReceipt) =>
      signIntentReceipt(anchor, association.signingKey, value).subarray(0, -SIGNATURE_BYTES),
  },
]
/** Takes any signature for a good one. */
const trusting = { ...suite, verify: () => {} }

const log: VerifierKey = consortium.verifierKey
const jia: VerifierKey = {
  name: `${TEST_ORIGIN}/jia`,
  suite,
  publicKey: consortium.identity('jia').signingKey.publicKey,
}
const checkpoint = { origin: TEST_ORIGIN, size: 20_852_163, root: bytes(32) }
const signed = signCheckpoint(association, checkpoint).text
const cosigned = cosignCheckpoint(log, signed, jia.name, consortium.identity('jia'), TEST_NOW / 1_000)
const joinNote = ({ text, signatures }: SignedNote) =>
  utf8(`${text}\n${signatures.map(formatSignature).join('')}`)
const LEDGER_CODES = ['ERR_LEDGER_CHECKPOINT', 'ERR_LEDGER_COSIGNATURE']

const notes: FuzzedCodec[] = [
  {
    name: 'signed note',
    source: 'checkpoint/signed-note.ts',
    samples: [utf8(signed), utf8(cosigned)],
    decode: note => parseNote(fromUtf8(note)),
    encode: joinNote,
    codes: LEDGER_CODES,
  },
  {
    name: 'signature of a note',
    source: 'checkpoint/signed-note.ts',
    samples: [utf8(signed)],
    decode: note => {
      const { signatures } = parseNote(fromUtf8(note))
      return { text: openNote(fromUtf8(note), log), signatures }
    },
    encode: joinNote,
    codes: LEDGER_CODES,
  },
  {
    name: 'checkpoint',
    source: 'checkpoint/checkpoint.ts',
    samples: [utf8(encodeCheckpoint(checkpoint)), utf8(encodeCheckpoint({ ...checkpoint, size: 0 }))],
    decode: note => parseCheckpoint(fromUtf8(note)),
    encode: (read: Checkpoint) => utf8(encodeCheckpoint(read)),
    codes: LEDGER_CODES,
  },
  {
    // One that is accepted is the log's and the member's own, whatever other lines are between.
    name: 'cosigned checkpoint',
    source: 'checkpoint/cosignature.ts',
    samples: [utf8(cosigned)],
    decode: note => {
      const { text, cosignedAt } = openCosigned(log, jia, fromUtf8(note))
      if (parseNote(text).text !== parseNote(cosigned).text || cosignedAt !== TEST_NOW / 1_000) return null
      return parseNote(fromUtf8(note))
    },
    encode: (note: SignedNote | null) => (note === null ? new Uint8Array(0) : joinNote(note)),
    codes: LEDGER_CODES,
  },
  {
    name: 'verifier key',
    source: 'checkpoint/verifier-key.ts',
    samples: [utf8(encodeVerifierKey(log)), utf8(encodeVerifierKey(jia))],
    decode: key => parseVerifierKey(fromUtf8(key)),
    encode: (key: VerifierKey) => utf8(encodeVerifierKey(key)),
    codes: LEDGER_CODES,
  },
]

const stored = new StoredEntry({
  index: 7,
  bytes: entryCodec.encode(entry),
  sequencedAt: TEST_NOW,
  receiptSignature: bytes(64),
})
const requests: LedgerRequest[] = [
  { verb: 'append', entry },
  { verb: 'checkpoint' },
  { verb: 'entries', from: 2 ** 40, limit: 10_000 },
  { verb: 'inclusion', index: 5, treeSize: 6 },
  { verb: 'consistency', firstSize: 5, secondSize: 2 ** 40 },
  { verb: 'balance', partyId: 'jia' },
  { verb: 'cosign', note: null },
  { verb: 'cosign', note: cosigned },
]
const answers: { [V in LedgerVerb]: LedgerAnswer<V>[] } = {
  append: [
    { receipt, intentReceipt: null },
    { receipt, intentReceipt: signedIntentReceipt },
  ],
  checkpoint: [signed],
  entries: [[], [stored, new StoredEntry({ ...stored, index: 8 })]],
  inclusion: [[bytes(32), bytes(32)]],
  consistency: [[], [bytes(32)]],
  cosign: [[], [signed, cosigned]],
  balance: [{ available: 1, reserved: 2, spent: 3, earned: 6 }],
}
const REQUEST_ID = 9

/** The id of the request that an answer is for is read before the rest, and is the frame's first 4 bytes. */
const answerOf = <V extends LedgerVerb>(verb: V): FuzzedCodec => ({
  name: `answer to ${verb}`,
  source: 'remote/codec.ts',
  samples: [
    ...answers[verb].map(answer => encodeAnswer(REQUEST_ID, verb, answer)),
    encodeRefusal(REQUEST_ID, { code: 'ERR_POINTS_INSUFFICIENT', required: 6, available: 2 }),
  ],
  decode: frame => ({ id: frame.slice(0, 4), read: decodeAnswer(verb, frame) }),
  encode: ({
    id,
    read,
  }: {
    id: Uint8Array
    read: { answer: LedgerAnswer<V> } | { refusal: LedgerRefusal }
  }) => {
    const frame = 'refusal' in read ? encodeRefusal(0, read.refusal) : encodeAnswer(0, verb, read.answer)
    return concat(id, frame.subarray(4))
  },
})

const wire: FuzzedCodec[] = [
  {
    name: 'request to the ledger',
    source: 'remote/codec.ts',
    samples: requests.map((request, i) => encodeRequest(i, request)),
    decode: decodeRequest,
    encode: ({ requestId, request }: { requestId: number; request: LedgerRequest }) =>
      encodeRequest(requestId, request),
  },
  ...(Object.keys(answers) as LedgerVerb[]).map(answerOf),
]

/** Every codec of ledger-adapter. */
export const codecs: readonly FuzzedCodec[] = [...records, ...notes, ...wire]

/** What reads bytes and is fuzzed through another, or never reads what others wrote. */
export const elsewhere: Readonly<Record<string, string>> = {
  'entry body': 'written for signatures, never read',
  'ledger refusal': 'through the answers',
  'sqlite/cosignatures.ts': 'through signed notes',
  'sqlite/verify-file.ts': 'through signed notes',
  'mirror/ledger-mirror.ts': 'through signed notes',
  'ledger/rules/audit.ts': 'through signed notes',
  'policy/audits.ts': 'reads digests of its own',
  'ledger/author-signatures.ts': 'reads what the same process wrote',
}
