import {
  encodeAccepted,
  decodeAccepted,
  decodeAnswer,
  decodeConfirmed,
  decodeOpening,
} from '../channel/inner/codec.ts'
import {
  decodeResumed,
  encodeAnswer,
  encodeConfirmed,
  encodeOpening,
  encodeResumed,
} from '../channel/inner/codec.ts'
import type { Accepted, Answer, Confirmed, Opening, Resumed } from '../channel/inner/messages.ts'
import {
  decodeMessage,
  encodeBegin,
  encodeCredit,
  encodeMessage,
  type WireMessage,
} from '../channel/ws/wire.ts'
import { concat } from '../bytes/index.ts'
import {
  consentReceiptCodec,
  DefaultRecord,
  packRecords,
  parseIsoDate,
  unpackRecords,
} from '../domain/index.ts'
import { sm2 } from '../group/index.ts'
import { decodeSigned, encodeSigned, type FrameKind, frame, parseFrame } from '../session/frames.ts'
import { helloCodec, helloReplyCodec } from '../session/hello.ts'
import { refusalCodec } from '../session/refusal.ts'
import { decodeCiphertext, encodeCiphertext, type Sm2CiphertextParts } from '../sm/ciphertext-codec.ts'
import { decodeSm2Spki, encodeSm2Spki, Sm2PrivateKey, type Sm2PublicKey } from '../sm/index.ts'
import { decodeSignature, encodeSignature, type Sm2SignatureValues } from '../sm/signature-codec.ts'
import { type FuzzedCodec, fuzzedRecord } from './fuzz/index.ts'
import { seededRandom } from './seeded-random.ts'

const random = seededRandom('fuzzed codecs of core')
const bytes = (length: number): Uint8Array => random.bytes(length)
const NOW = 1_780_000_000_000

const hello = {
  version: 1,
  protocol: 'keyword-ot',
  parameters: 'keywordot_ristretto255-SHA512',
  suite: 'intl',
  sessionId: bytes(32),
  sender: 'jia',
  receiver: 'yi',
  dataset: { provider: 'yi', class: 'B', epoch: 3 },
  consentReference: bytes(300),
  checkpoint: 'ledger.example/mixun\n7\nroot\n',
  sentAt: NOW,
  deadline: NOW + 5_000,
}

const receipt = {
  version: 1 as const,
  consentId: bytes(16),
  inquirer: 'jia',
  commitment: bytes(33),
  classes: ['A', 'C'] as const,
  purpose: 'monitoring' as const,
  datasets: [],
  documentDigest: bytes(32),
  notBefore: NOW,
  notAfter: NOW + 1_000,
  maxUses: 3,
  issuedAt: NOW,
}

const record = (day: string, isCured: boolean) =>
  DefaultRecord.of({
    kind: 'contract-due-not-repaid',
    occurredOn: parseIsoDate(day),
    amountFen: isCured ? null : 12_345_678n,
    status: isCured ? 'cured' : 'open',
    curedOn: isCured ? parseIsoDate('2025-01-01') : null,
    sourceDigest: bytes(32),
    reporter: 'jia',
  })

const publicKey = Sm2PrivateKey.decode(sm2, bytes(32)).publicKey
const point = publicKey.encode('compressed')

/** Session frames, records and their parts. */
const messages: FuzzedCodec[] = [
  fuzzedRecord('session/hello.ts', helloCodec, [
    hello,
    { ...hello, dataset: null, consentReference: null, checkpoint: null },
  ]),
  fuzzedRecord('session/hello.ts', helloReplyCodec, [
    { version: 1, sender: 'yi', helloDigest: bytes(32), checkpoint: 'note\n', sentAt: NOW },
  ]),
  fuzzedRecord('session/refusal.ts', refusalCodec, [
    { sessionId: bytes(32), code: 'ERR_EPOCH_STALE', statement: bytes(200) },
    { sessionId: bytes(0), code: 'ERR_INTERNAL', statement: null },
  ]),
  fuzzedRecord('domain/consent-receipt.ts', consentReceiptCodec, [receipt]),
  {
    name: 'session frame',
    source: 'session/frames.ts',
    samples: [frame(1, bytes(20)), frame(3, bytes(50)), frame(5, bytes(0))],
    decode: parseFrame,
    encode: ({ kind, body }: { kind: FrameKind; body: Uint8Array }) => frame(kind, body),
  },
  {
    name: 'signed body',
    source: 'session/frames.ts',
    samples: [encodeSigned(bytes(90), bytes(64)), encodeSigned(bytes(0), bytes(64))],
    decode: frame => decodeSigned(frame, 256),
    encode: ({ body, signature }: { body: Uint8Array; signature: Uint8Array }) =>
      encodeSigned(body, signature),
  },
  {
    name: 'packed records of a row',
    source: 'domain/record-packing.ts',
    samples: [
      ...packRecords([record('2024-05-10', false)], 512, 1),
      ...packRecords([record('2024-05-10', false), record('2023-01-31', true)], 512, 1),
    ],
    decode: payload => unpackRecords([payload]),
    encode: (records: DefaultRecord[]) => packRecords(records, 65_535, 1)[0] as Uint8Array,
    codes: ['ERR_RECORD_INVALID'],
  },
]

/** Messages below the session: WebSockets and the inner channel. */
const channels: FuzzedCodec[] = [
  {
    name: 'message of a WebSocket',
    source: 'channel/ws/wire.ts',
    samples: [
      encodeBegin(),
      encodeCredit({ channel: 3, messages: 9 }),
      encodeMessage({ payload: bytes(40), more: true, end: false }),
      encodeMessage({ payload: bytes(0), more: false, end: true }),
    ],
    decode: decodeMessage,
    encode: (message: WireMessage) => {
      if (message.kind === 'begin') return encodeBegin()
      return message.kind === 'credit' ? encodeCredit(message.credit) : encodeMessage(message.message)
    },
  },
  {
    name: 'opening of the inner channel',
    source: 'channel/inner/codec.ts',
    samples: [encodeOpening({ initiator: 'jia', responder: 'yi', ephemeralKey: point })],
    decode: decodeOpening,
    encode: (opening: Opening) => encodeOpening(opening),
    codes: ['ERR_SESSION_PROTOCOL'],
  },
  {
    name: 'answer of the inner channel',
    source: 'channel/inner/codec.ts',
    samples: [encodeAnswer({ ephemeralKey: point, confirmation: bytes(32) })],
    decode: decodeAnswer,
    encode: (answer: Answer) => encodeAnswer(answer),
  },
  {
    name: 'confirmation of the inner channel',
    source: 'channel/inner/codec.ts',
    samples: [concat(encodeConfirmed(bytes(32)), bytes(70))],
    decode: decodeConfirmed,
    encode: ({ confirmation, record: rest }: Confirmed) => concat(encodeConfirmed(confirmation), rest),
  },
  {
    name: 'resumption of the inner channel',
    source: 'channel/inner/codec.ts',
    samples: [concat(encodeResumed({ ticketId: bytes(16), use: 7, nonce: bytes(16) }), bytes(70))],
    decode: decodeResumed,
    encode: (resumed: Resumed) => concat(encodeResumed(resumed), resumed.record),
  },
  {
    name: 'acceptance of the inner channel',
    source: 'channel/inner/codec.ts',
    samples: [concat(encodeAccepted(bytes(16)), bytes(70))],
    decode: decodeAccepted,
    encode: ({ nonce, record: rest }: Accepted) => concat(encodeAccepted(nonce), rest),
  },
]

/** What the SM algorithms read. */
const sm: FuzzedCodec[] = [
  ...(['der', 'raw'] as const).flatMap((form): FuzzedCodec[] => [
    {
      name: `SM2 ciphertext, ${form}`,
      source: 'sm/ciphertext-codec.ts',
      samples: [encodeCiphertext({ c1: bytes(64), c2: bytes(20), c3: bytes(32) }, form)],
      decode: text => decodeCiphertext(text, form),
      encode: (parts: Sm2CiphertextParts) => encodeCiphertext(parts, form),
    },
    {
      name: `SM2 signature, ${form}`,
      source: 'sm/signature-codec.ts',
      samples: [encodeSignature({ r: bytes(32), s: bytes(32) }, form)],
      decode: text => decodeSignature(text, form),
      encode: (values: Sm2SignatureValues) => encodeSignature(values, form),
    },
  ]),
  {
    name: 'SM2 public key in DER',
    source: 'sm/key-der.ts',
    samples: [encodeSm2Spki(publicKey)],
    decode: text => decodeSm2Spki(sm2, text),
    encode: (key: Sm2PublicKey) => encodeSm2Spki(key),
    codes: ['ERR_KEY_FORM'],
  },
]

/** Every codec of core. */
export const codecs: readonly FuzzedCodec[] = [...messages, ...channels, ...sm]

/** What reads bytes and is fuzzed through another, or never reads what others wrote. */
export const elsewhere: Readonly<Record<string, string>> = {
  'sm/der.ts': 'the reader beneath the codecs of sm',
}
