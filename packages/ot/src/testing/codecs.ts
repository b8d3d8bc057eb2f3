import { intl } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { type FuzzedCodec, fuzzedRecord } from '@mixun/core/testing/fuzz'
import { TableBook } from '../sealed-table/book.ts'
import { tableCommitmentCodec } from '../sealed-table/commitment.ts'
import { decodeDelta, encodeDelta, type TableDelta } from '../sealed-table/delta.ts'
import { rowEvidenceCodec } from '../sealed-table/evidence.ts'
import { makeDelta } from '../sealed-table/make-delta.ts'
import { locateSubject } from '../sealed-table/open.ts'
import { drawLeaves, leafSamplesCodec, openLeaves } from '../sealed-table/sample.ts'
import { SealedTable } from '../sealed-table/table.ts'
import {
  decodeDeltaAnswer,
  decodeDeltaRequest,
  decodeSyncHeader,
  encodeDeltaAnswer,
  encodeDeltaRequest,
  encodeSyncHeader,
} from '../table-sync/codec.ts'
import type { DeltaAnswer, DeltaRequest, SyncHeader } from '../table-sync/messages.ts'
import { runCodec } from './codec-of-runs.ts'
import { computationCodecs } from './codecs-of-computation.ts'
import { evaluationCodecs } from './codecs-of-evaluations.ts'
import { jointQueryCodecs } from './codecs-of-joint-queries.ts'
import { transferCodecs } from './codecs-of-transfers.ts'
import { buildTestTable, testOutput, testTableKey } from './sealed-table.ts'

const random = seededRandom('fuzzed codecs of ot')
const built = buildTestTable()
const { table, commitment, book } = built
const made = makeDelta({ ...built, key: testTableKey, changes: [], random })
const locate = (subject: string) =>
  locateSubject(table, { suite: intl, commitment, output: testOutput(subject) })

const rows: FuzzedCodec[] = [
  fuzzedRecord('sealed-table/commitment.ts', tableCommitmentCodec, [commitment, made.commitment]),
  fuzzedRecord('sealed-table/evidence.ts', rowEvidenceCodec, [...locate('subject 1'), ...locate('nobody')]),
  fuzzedRecord('sealed-table/sample.ts', leafSamplesCodec, [
    openLeaves(built, testTableKey, drawLeaves(commitment, random.bytes(32)), random),
  ]),
  {
    name: 'sealed table',
    source: 'sealed-table/table.ts',
    samples: [table.encode()],
    decode: bytes => SealedTable.decode(bytes, commitment),
    encode: (decoded: SealedTable) => decoded.encode(),
    codes: ['ERR_PARAMETER_UNKNOWN'],
  },
  {
    name: 'delta',
    source: 'sealed-table/delta.ts',
    samples: [encodeDelta(made.delta)],
    decode: bytes => decodeDelta(bytes, commitment),
    encode: (delta: TableDelta) => encodeDelta(delta),
  },
  {
    name: 'book of a table',
    source: 'sealed-table/book.ts',
    samples: [book.encode(), TableBook.of(made.inserted).encode()],
    decode: bytes => TableBook.of(TableBook.decode(bytes).rows()),
    encode: (decoded: TableBook) => decoded.encode(),
  },
]

const synchronisation: FuzzedCodec[] = [
  {
    name: 'header of a download',
    source: 'table-sync/codec.ts',
    samples: [encodeSyncHeader({ totalBytes: 40_000 })],
    decode: bytes => decodeSyncHeader(bytes, 1_000_000),
    encode: (header: SyncHeader) => encodeSyncHeader(header),
  },
  {
    name: 'request for deltas',
    source: 'table-sync/codec.ts',
    samples: [encodeDeltaRequest({ from: 3, to: 9 })],
    decode: decodeDeltaRequest,
    encode: (request: DeltaRequest) => encodeDeltaRequest(request),
  },
  {
    name: 'answer about deltas',
    source: 'table-sync/codec.ts',
    samples: [encodeDeltaAnswer('deltas'), encodeDeltaAnswer('whole')],
    decode: decodeDeltaAnswer,
    encode: (answer: DeltaAnswer) => encodeDeltaAnswer(answer),
  },
]

/** Every codec of ot. */
export const codecs: readonly FuzzedCodec[] = [
  ...rows,
  ...synchronisation,
  ...evaluationCodecs,
  runCodec,
  ...transferCodecs,
  ...computationCodecs,
  ...jointQueryCodecs,
]

/** What reads bytes and is fuzzed through another, or never reads what others wrote. */
export const elsewhere: Readonly<Record<string, string>> = {
  'table statement': 'written for signatures, never read',
  'joint table statement': 'written for signatures, never read',
  'sealed-table/make-delta.ts': 'reads its own random bytes',
  'sealed-table/row.ts': 'rows of fixed length: through tables and deltas; plaintexts are authenticated',
  'sealed-table/tasks.ts': 'what this process sends its own threads',
  'table-files/book-file.ts': 'blocks that a party sealed for itself; their rows are a book of a table',
  'table-files/row-index-file.ts': 'what a party wrote for itself, read against its digest and the ledger',
  'joint-query/ot-seeds.ts': 'what a party wrote into its own record',
  'joint-table/tasks.ts': 'what this process sends its own threads',
  'oprf/tasks.ts': 'what this process sends its own threads',
}
