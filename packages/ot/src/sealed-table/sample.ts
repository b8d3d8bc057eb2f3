/**
 * Samples of a table's leaves: what shows, before the key of an epoch is destroyed, that rows are sealed under the
 * committed key. A root alone does not.
 *
 *   beacon ──► indexes of some rows
 *   provider: for each the input x, Z = k·H(x), the row with its proof; one proof of equal logarithms for all
 *   auditor:  y from Z ──► tag and row key ──► the row at that index has this tag, and opens
 *
 * Source: RFC 9497 for the evaluation. Its batched proof is not sound for sixteen pairs (oprf/params.ts), so the proof is the
 * one of consent-bound blinding, with a commitment a pair. Adversary: a provider that sealed rows under another key, or filled
 * them with noise; s of n rows planted escape m samples with probability (1 − s/n)^m. It says nothing of whether the
 * records are true. Leaks to the auditor: the subjects and records of the sampled rows.
 */
import { compareBytes, concat, i2osp, utf8, wipe } from '@mixun/core/bytes'
import { binary, Reader, recordCodec, uint } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { type Element, requireConstantTime } from '@mixun/core/group'
import type { RandomSource } from '@mixun/core/random'
import { type Suite, suiteById } from '@mixun/core/suite'
import { z } from 'zod'
import {
  decodeSchnorrProof,
  encodeSchnorrProof,
  type EqualLogStatement,
  proveEqualLogs,
  verifyEqualLogs,
} from '../consent-blinding/index.ts'
import {
  decodePublicKey,
  hashEvaluation,
  hashInput,
  MAX_INPUT_BYTES,
  type OprfKeyPair,
  type OprfSuite,
  oprfSuiteById,
} from '../oprf/index.ts'
import type { BookRows } from './book.ts'
import { encodeTableCommitment, type TableCommitment } from './commitment.ts'
import { rowEvidenceCodec, verifyRow } from './evidence.ts'
import { rowKey, rowTag, subjectKey } from './key-schedule.ts'
import { sealedTableParametersById } from './params.ts'
import { unsealRow } from './row.ts'
import type { TableRows } from './table-rows.ts'

/** Leaves of one sample; all of a smaller table. */
export const SAMPLED_LEAVES = 16

const sampleSchema = z.strictObject({
  /** The subject or dummy behind the row. Secret but for the auditor. */
  input: binary(1, MAX_INPUT_BYTES),
  row: uint(255),
  /** Z = k·H(x). */
  evaluated: binary(32, 33),
  /** Encoded evidence of the row. */
  evidence: binary(1, 8_192),
})

const samplesSchema = z.strictObject({
  samples: z.array(sampleSchema).length(SAMPLED_LEAVES),
  /** One proof of all evaluations. */
  proof: binary(64),
})

/** A provider's answer to a sample. */
export type LeafSamples = z.infer<typeof samplesSchema>

/** The codec of {@link LeafSamples}. */
export const leafSamplesCodec = recordCodec('leaf samples', samplesSchema, 262_144)

/**
 * Positions of the rows that a beacon draws from a version of a table: ascending, each once.
 *
 * @param beacon what neither side chose, such as the root of a later checkpoint
 */
export function drawLeaves(commitment: TableCommitment, beacon: Uint8Array): number[] {
  const { provider, class: className, epoch, rowCount, root } = commitment
  const suite = suiteById(commitment.suite)
  const seed = suite.hash(
    utf8(`mixun-leaf-sample-1\0${provider}/${className}/${epoch}\0`),
    i2osp(beacon.length, 2),
    beacon,
    root,
  )
  const drawn = new Set<number>()
  for (let counter = 0; drawn.size < SAMPLED_LEAVES; counter++) {
    // 48 bits for at most 2^21 rows: the bias is below 2^-27.
    const bytes = suite.hash(concat(seed, i2osp(counter, 4)))
    const reader = new Reader(bytes)
    drawn.add((reader.uint16() * 2 ** 32 + reader.uint32()) % rowCount)
  }
  return [...drawn].toSorted((a, b) => a - b)
}

export interface SampledTable {
  readonly commitment: TableCommitment
  readonly table: TableRows
  readonly book: BookRows
}

/** The provider's answer for these rows. @throws ERR_KERNEL_VARIABLE_TIME, ERR_INPUT_RANGE */
export function openLeaves(
  { commitment, table, book }: SampledTable,
  key: OprfKeyPair,
  indexes: readonly number[],
  random: RandomSource,
): LeafSamples {
  const oprf = oprfSuiteById(commitment.oprf)
  const rows = indexes.map(index => book.at(index))
  requireConstantTime(oprf.group, key)
  const hashed = rows.map(({ input }) => hashInput(oprf, 'voprf', input))
  const evaluated = oprf.group.multiplyBatch(hashed, key.secretKey)
  const encoded = oprf.group.encodeElementBatch(evaluated)
  const statement = statementOf(oprf, commitment, key.publicKey, hashed, evaluated)
  const proof = proveEqualLogs(oprf, statement, key.secretKey, random)
  const samples = rows.map(({ input, row }, i) => {
    const index = indexes[i] as number
    const evidence = { kind: 'row', index, ...table.row(index), proof: table.prove(index) } as const
    return {
      input,
      row,
      evaluated: encoded[i] as Uint8Array,
      evidence: rowEvidenceCodec.encode(evidence),
    }
  })
  return { samples, proof: encodeSchnorrProof(oprf, proof) }
}

/** That the committed key made all evaluations. */
function statementOf(
  oprf: OprfSuite,
  commitment: TableCommitment,
  publicKey: Element,
  hashed: readonly Element[],
  evaluated: readonly Element[],
): EqualLogStatement {
  return {
    label: 'mixun-leaf-sample',
    context: encodeTableCommitment(commitment),
    bases: [oprf.group.generator(), ...hashed],
    images: [publicKey, ...evaluated],
  }
}

/**
 * Checks an answer: the rows are those that were drawn, stand under the root, carry the tags of their inputs under the
 * committed key, and open.
 *
 * @returns the payloads, in the order of the indexes; secret
 * @throws ERR_VERIFY_DLEQ, ERR_VERIFY_ROW, ERR_VERIFY_OPEN, ERR_DECODE_…
 */
export function verifyLeaves(
  suite: Suite,
  commitment: TableCommitment,
  indexes: readonly number[],
  { samples, proof }: LeafSamples,
): Uint8Array[] {
  const oprf = oprfSuiteById(commitment.oprf)
  const elements = samples.map(({ evaluated }) => oprf.group.decodeElement(evaluated))
  const hashed = samples.map(({ input }) => hashInput(oprf, 'voprf', input))
  const publicKey = decodePublicKey(oprf, commitment.publicKey)
  const statement = statementOf(oprf, commitment, publicKey, hashed, elements)
  verifyEqualLogs(oprf, statement, decodeSchnorrProof(oprf, proof), 'ERR_VERIFY_DLEQ')
  const parameters = sealedTableParametersById(commitment.parameters)
  return samples.map(({ input, row, evidence }, i) => {
    const leaf = rowEvidenceCodec.decode(evidence)
    verifyRow(commitment, suite, leaf)
    const output = hashEvaluation(oprf, input, elements[i] as (typeof elements)[number])
    const prk = subjectKey(suite, commitment, output)
    const isDrawn = leaf.kind === 'row' && leaf.index === indexes[i] && row < parameters.rowsPerSubject
    if (!isDrawn || compareBytes(leaf.tag, rowTag(suite, prk, row)) !== 0) {
      return fail('ERR_VERIFY_ROW', `expected row ${indexes[i]} with the tag of its input`)
    }
    const payload = unsealRow(
      { suite, parameters, scope: commitment },
      rowKey(suite, prk, row, leaf.salt),
      leaf,
    )
    wipe(output, prk)
    return payload
  })
}
