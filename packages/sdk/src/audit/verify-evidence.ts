import { compareBytes, fromHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { verifyInclusion } from '@mixun/core/merkle'
import { openCheckpoint, type SignedCheckpoint } from '@mixun/ledger-adapter/checkpoint'
import {
  entryCodec,
  entryLeafHash,
  type IntentPayload,
  type Ledger,
  type EntryOpening,
  entryOpeningCodec,
  type OutcomeResult,
  readOpening,
  type RecordedVersion,
  type Registry,
  type TypedEntry,
  verifyUnderAny,
} from '@mixun/ledger-adapter/ledger'
import { verifyEvaluationReceipt } from '@mixun/ot/keyword-ot'
import { rowEvidenceCodec, sealedTableParametersById, verifyNone, verifyRow } from '@mixun/ot/sealed-table'
import type { InquiryEvidence, PartyEvidence } from '../check/answer.ts'
import type { MissingParty } from '../check/verdict.ts'
import { commitmentAt } from '../consortium/verifiers.ts'

/** How long before the intent the next version may have come, in milliseconds: as the rule of the ledger has it. */
const MAX_SUPERSEDED_MS = 300_000

/** What verified evidence is of. */
export interface VerifiedEvidence {
  readonly intent: IntentPayload
  /** Asked tables that were not evaluated, as the outcome has them. */
  readonly missing: readonly MissingParty[]
}

/**
 * Checks the evidence of an answer, as anybody with the ledger can: intent and outcome, which the evidence opens, stand
 * under the signed checkpoint, every evaluation receipt is the provider's and on record in the outcome, every row and
 * every "none" is under the root of the version that the intent names, and every table is shown but those that the outcome has
 * as missing. Not shown: that the tags are those of the inquiry's subject; that needs the opened evidence of
 * `verifyOpenedEvidence`.
 *
 * @param registry of a verified mirror, or the association's
 * @param ledger where the two entries are read; what it says is checked against the checkpoint
 * @returns what was asked and who is missing by the outcome: an answer of nobody proves nothing
 * @throws ERR_EVIDENCE_INCOMPLETE, ERR_LEDGER_CHECKPOINT, ERR_VERIFY_ROOT, ERR_VERIFY_SIGNATURE, ERR_VERIFY_ROW, ERR_VERIFY_COMMITMENT
 */
export async function verifyEvidence(
  evidence: InquiryEvidence,
  registry: Registry,
  ledger: Ledger,
): Promise<VerifiedEvidence> {
  const { anchor } = registry
  const { origin: name, suite, association } = anchor
  const key = { name, suite, publicKey: association.publicKey }
  const checkpoint = openCheckpoint(key, evidence.checkpoint)
  const prove = (index: number, proof: readonly string[], opening: string) =>
    provenEntry(ledger, registry, checkpoint, index, proof, entryOpeningCodec.decode(fromHex(opening)))
  const intent = await prove(evidence.intentIndex, evidence.intentProof, evidence.intentOpening)
  const outcome = await prove(evidence.outcomeIndex, evidence.outcomeProof, evidence.outcomeOpening)
  const intentId = fromHex(evidence.intentId)
  const belongs =
    intent.kind === 'intent' &&
    outcome.kind === 'outcome' &&
    // Rules of the ledger that only its readers judge: who verifies need not be one.
    intent.author === intent.payload.inquirer &&
    outcome.author === intent.author &&
    compareBytes(intent.payload.intentId, intentId) === 0 &&
    compareBytes(outcome.payload.intentId, intentId) === 0
  if (!belongs)
    return fail('ERR_VERIFY_COMMITMENT', 'expected the entries of the intent that the evidence names')
  checkComplete(evidence, outcome.payload.results)
  for (const party of evidence.parties) {
    const result = outcome.payload.results.find(
      each => each.provider === party.party && each.class === party.class,
    )
    const recorded = result?.receipt ?? new Uint8Array(0)
    if (compareBytes(recorded, fromHex(party.receipt)) !== 0) {
      fail('ERR_VERIFY_COMMITMENT', `expected the receipt of ${party.party} in the outcome`)
    }
    const asked = { index: evidence.intentIndex, createdAt: intent.createdAt }
    // The keys that the outcome was judged with: a provider with another key since cannot disown its receipts.
    const { intentIndex, outcomeIndex } = evidence
    const providerKeys = registry.signingKeysSince(party.party, intentIndex, outcomeIndex)
    verifyParty(party, intent.payload, asked, providerKeys, registry)
  }
  const { results } = outcome.payload
  return {
    intent: intent.payload,
    missing: results
      .filter(each => each.status !== 'evaluated')
      .map(each => ({ party: each.provider, class: each.class, code: each.code ?? 'ERR_INTERNAL' })),
  }
}

/** Exactly the tables that the outcome has as evaluated, each once: a hit cannot be left out. */
function checkComplete({ parties }: InquiryEvidence, results: readonly OutcomeResult[]): void {
  const name = (party: string, className: string) => `${party}/${className}`
  const shown = parties.map(each => name(each.party, each.class)).toSorted()
  const evaluated = results
    .filter(each => each.status === 'evaluated')
    .map(each => name(each.provider, each.class))
  if (shown.join() !== evaluated.toSorted().join()) {
    const leftOut = evaluated.filter(each => !shown.includes(each))
    fail('ERR_EVIDENCE_INCOMPLETE', `expected evidence of ${evaluated.length} tables, each once`, {
      details: { expected: evaluated.length, found: shown.length, leftOut: leftOut.join() },
    })
  }
}

async function provenEntry(
  ledger: Ledger,
  registry: Registry,
  checkpoint: SignedCheckpoint,
  index: number,
  proof: readonly string[],
  opening: EntryOpening,
): Promise<TypedEntry> {
  const { suite } = registry.anchor
  const [stored] = await ledger.entries(index, 1)
  if (stored === undefined) return fail('ERR_VERIFY_ROOT', `expected an entry ${index} on the ledger`)
  const leaf = entryLeafHash(suite, entryCodec.encode(stored.entry))
  verifyInclusion(suite.hash, index, checkpoint.size, leaf, proof.map(fromHex), checkpoint.root)
  return readOpening(registry, index, stored.entry, opening)
}

/** Where and when an intent was recorded, in Unix milliseconds. */
interface IntentPlace {
  readonly index: number
  readonly createdAt: number
}

/** A rule of the ledger that only its readers judge: an old table may be from before a record, or a withdrawal. */
function wasCurrent(
  version: RecordedVersion,
  next: RecordedVersion | undefined,
  { index, createdAt }: IntentPlace,
): boolean {
  const isSuperseded =
    next !== undefined && next.index < index && next.createdAt < createdAt - MAX_SUPERSEDED_MS
  return version.index < index && !isSuperseded
}

function verifyParty(
  party: PartyEvidence,
  intent: IntentPayload,
  asked: IntentPlace,
  providerKeys: readonly Uint8Array[],
  registry: Registry,
): void {
  const { suite } = registry.anchor
  const table = registry.table(party.party, party.class, party.epoch)
  const version = registry.tableVersion(party.party, party.class, party.epoch, party.version)
  const isCommitted = version !== undefined && compareBytes(version.root, fromHex(party.root)) === 0
  // The intent says which: an inquirer that chose later could show the table as it was after a withdrawal, or before the
  // record that it found.
  const at = intent.asked.findIndex(each => each.provider === party.party && each.class === party.class)
  const isNamed = intent.versions[at] === party.version && intent.asked[at]?.epoch === party.epoch
  const next = intent.isBought
    ? undefined
    : registry.tableVersion(party.party, party.class, party.epoch, party.version + 1)
  const isCurrent = isNamed && version !== undefined && wasCurrent(version, next, asked)
  if (table === undefined || !isCommitted || !isCurrent) {
    return fail('ERR_VERIFY_ROOT', `expected the committed table of ${party.party}, class ${party.class}`)
  }
  const [signed, signature] = [fromHex(party.receipt), fromHex(party.receiptSignature)]
  const receipt = verifyUnderAny(providerKeys, key => verifyEvaluationReceipt(suite, key, signed, signature))
  const fits =
    compareBytes(receipt.intentId, intent.intentId) === 0 &&
    receipt.inquirer === intent.inquirer &&
    receipt.provider === party.party &&
    receipt.class === party.class &&
    receipt.epoch === party.epoch
  if (!fits) fail('ERR_VERIFY_SIGNATURE', `expected a receipt of ${party.party} for this intent and table`)
  const commitment = commitmentAt(table, version)
  const { rowsPerSubject } = sealedTableParametersById(commitment.parameters)
  if (party.rows.length !== rowsPerSubject) {
    fail('ERR_VERIFY_ROW', `expected evidence of ${rowsPerSubject} rows, found ${party.rows.length}`)
  }
  for (const encoded of party.rows) {
    const row = rowEvidenceCodec.decode(fromHex(encoded))
    if (row.kind === 'row') verifyRow(commitment, suite, row)
    else verifyNone(commitment, suite, row, row.tag)
  }
}
