import { fromHex, toHex } from '@mixun/core/bytes'
import { systemRandom } from '@mixun/core/random'
import { intl } from '@mixun/core/suite'
import { expectCode, expectCodeAsync } from '@mixun/core/testing'
import { inclusionProof, MemoryTree } from '@mixun/core/merkle'
import type { Identity } from '@mixun/core/session'
import { signCheckpoint } from '@mixun/ledger-adapter/checkpoint'
import {
  entryCodec,
  entryLeafHash,
  entryOpeningCodec,
  type Ledger,
  type Member,
  type OutcomePayload,
  readEntry,
  sealEntry,
  signedEntryCodec,
  signEntry,
  StoredEntry,
} from '@mixun/ledger-adapter/ledger'
import type { Home } from '@mixun/sdk/home'
import { rowEvidenceCodec } from '@mixun/ot/sealed-table'
import {
  auditOpening,
  type DefaultsAnswer,
  type InquiryEvidence,
  type Mixun,
  type OpenedEvidenceJson,
  verifyEvidence,
  verifyOpenedEvidence,
} from '@mixun/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { consentOf, DOCUMENT } from '../testing/clients.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { type LedgerAccess, openLedgerAccess } from './access.ts'

const atYi = investor(1)

let consortium: TestConsortium
let mixun: Mixun
let auditor: LedgerAccess
let answer: DefaultsAnswer
let other: DefaultsAnswer

beforeAll(async () => {
  const kind = 'contract-due-not-repaid'
  consortium = await TestConsortium.found({
    firms: { jia: null, ding: null, yi: [{ subject: atYi, kind }], bing: [] },
  })
  mixun = await consortium.firm('jia').client()
  const ask = async (requestId: string) =>
    mixun.checkDefaults(atYi, { consent: await consentOf(mixun, atYi), requestId })
  answer = await ask('audited')
  other = await ask('another')
  auditor = await openLedgerAccess(consortium.association.home)
})
afterAll(async () => {
  await auditor[Symbol.asyncDispose]()
  await mixun.close()
  await consortium[Symbol.asyncDispose]()
})

/** Hex with its last digit changed. */
const flip = (hex: string) => `${hex.slice(0, -1)}${hex.endsWith('0') ? '1' : '0'}`

describe('the evidence of an answer', () => {
  const verify = (evidence: InquiryEvidence) => verifyEvidence(evidence, auditor.registry, auditor.ledger)
  const [first, second] = [0, 1] as const
  /** The evidence with another first party, that is bing's class B. */
  const withParty = (change: Partial<InquiryEvidence['parties'][number]>): InquiryEvidence => {
    const [party, ...others] = answer.evidence.parties
    return { ...answer.evidence, parties: [{ ...(party as (typeof others)[number]), ...change }, ...others] }
  }

  it('holds before the association and before any member', async () => {
    await verify(answer.evidence)
    await using member = await openLedgerAccess(consortium.firm('bing').home)
    await verifyEvidence(other.evidence, member.registry, member.ledger)
    expect(answer.evidence.parties).toHaveLength(4)
  })

  it('does not hold with a table left out or shown twice: ERR_EVIDENCE_INCOMPLETE', async () => {
    const { evidence } = answer
    for (const parties of [[], evidence.parties.slice(1), [...evidence.parties, ...evidence.parties]]) {
      await expectCodeAsync('ERR_EVIDENCE_INCOMPLETE', verify({ ...evidence, parties }))
    }
    const { missing, intent } = await verify(evidence)
    expect([missing, toHex(intent.intentId)]).toEqual([[], evidence.intentId])
  })

  it('does not hold with another checkpoint, entry, proof or intent', async () => {
    const { evidence } = answer
    const checkpoint = evidence.checkpoint.replace(/\n\d+\n/, '\n9\n')
    await expectCodeAsync('ERR_LEDGER_CHECKPOINT', verify({ ...evidence, checkpoint }))
    const intentIndex = evidence.intentIndex - 1
    await expectCodeAsync('ERR_VERIFY_ROOT', verify({ ...evidence, intentIndex }))
    await expectCodeAsync('ERR_VERIFY_ROOT', verify({ ...evidence, outcomeIndex: 10_000 }))
    const outcomeProof = evidence.outcomeProof.map(flip)
    await expectCodeAsync('ERR_VERIFY_ROOT', verify({ ...evidence, outcomeProof }))
    const { intentId } = other.evidence
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verify({ ...evidence, intentId }))
    const { intentOpening, outcomeOpening } = other.evidence
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verify({ ...evidence, intentOpening }))
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verify({ ...evidence, outcomeOpening }))
    const swapped = { intentOpening: evidence.outcomeOpening, outcomeOpening: evidence.intentOpening }
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verify({ ...evidence, ...swapped }))
  })

  it("does not hold with another party's, inquiry's or altered receipt, root or row", async () => {
    const parties = answer.evidence.parties
    const foreign = other.evidence.parties[first]
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verify(withParty({ receipt: foreign?.receipt as string })))
    const { receiptSignature } = foreign as NonNullable<typeof foreign>
    await expectCodeAsync('ERR_VERIFY_SIGNATURE', verify(withParty({ receiptSignature })))
    await expectCodeAsync('ERR_VERIFY_ROOT', verify(withParty({ root: parties[second]?.root as string })))
    await expectCodeAsync('ERR_VERIFY_ROOT', verify(withParty({ epoch: 2 })))
    await expectCodeAsync('ERR_VERIFY_ROW', verify(withParty({ rows: parties[second]?.rows as string[] })))
    await expectCodeAsync('ERR_VERIFY_ROW', verify(withParty({ rows: [] })))
  })

  it('does not hold with an outcome of another member, whatever the association signs', async () => {
    const { evidence } = answer
    const { registry, ledger } = auditor
    const { anchor } = registry
    const identity = (party: { home: Home }) => party.home.identity
    const stored = await ledger.entries(0, evidence.outcomeIndex + 1)
    const shown = entryOpeningCodec.decode(fromHex(evidence.outcomeOpening))
    const { payload } = readEntry(signedEntryCodec.decode(shown.entry))
    const withOutcomeOf = (author: Identity): [InquiryEvidence, Ledger] => {
      const signed = signEntry(author, anchor, 'outcome', payload as OutcomePayload)
      const salt = new Uint8Array(32).fill(5)
      const entry = sealEntry(registry, signed, { random: { bytes: () => salt } })
      const place = { ...(stored[0] as StoredEntry), bytes: entryCodec.encode(entry) }
      const entries = stored.with(evidence.outcomeIndex, new StoredEntry(place))
      const { hash } = anchor.suite
      const leaves = entries.map(each => entryLeafHash(anchor.suite, entryCodec.encode(each.entry)))
      const tree = new MemoryTree(hash, leaves)
      const size = entries.length
      const note = signCheckpoint(identity(consortium.association), { ...anchor, size, root: tree.root() })
      const prove = (index: number) => inclusionProof(hash, tree, index, size).map(toHex)
      const opening = entryOpeningCodec.encode({ salt, entry: signedEntryCodec.encode(signed) })
      return [
        {
          ...evidence,
          checkpoint: note.text,
          intentProof: prove(evidence.intentIndex),
          outcomeProof: prove(evidence.outcomeIndex),
          outcomeOpening: toHex(opening),
        },
        { ...ledger, entries: async index => [entries[index] as StoredEntry] },
      ]
    }
    const [own, ownLedger] = withOutcomeOf(identity(consortium.firm('jia')))
    await verifyEvidence(own, registry, ownLedger)
    const [forged, forgedLedger] = withOutcomeOf(identity(consortium.firm('bing')))
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verifyEvidence(forged, registry, forgedLedger))
  })

  it('shows a row that was found as a row, and all others as none', () => {
    const kinds = answer.evidence.parties.map(({ party, class: name, rows }) =>
      [party, name, ...rows.map(row => rowEvidenceCodec.decode(Buffer.from(row, 'hex')).kind)].join(' '),
    )
    expect(kinds).toEqual(['bing B none none', 'bing C none none', 'yi B row none', 'yi C none none'])
    expect(JSON.stringify(answer.evidence)).not.toContain(toHex(atYi.encode()))
  })
})

describe('opened evidence', () => {
  const verify = (opened: unknown) => verifyOpenedEvidence(opened, auditor.registry, auditor.ledger)
  const opened = () =>
    JSON.parse(JSON.stringify(mixun.openEvidence('audited').reveal())) as OpenedEvidenceJson
  const foreign = () => mixun.openEvidence('another').reveal()

  it("proves that rows and gaps are the subject's, with the ledger alone", async () => {
    const { subject, records, missing } = await verify(opened())
    expect(subject.equals(atYi)).toBe(true)
    expect(records.map(record => record.toPlain())).toEqual(answer.records.map(record => record.toPlain()))
    expect([records.length, missing.length]).toEqual([1, 0])
    // Before a member, too, to whom neither intent nor outcome is sealed.
    await using member = await openLedgerAccess(consortium.firm('ding').home)
    const proven = await verifyOpenedEvidence(opened(), member.registry, member.ledger)
    expect(proven.records).toHaveLength(1)
  })

  it("does not pass another person's rows or gaps for the subject's", async () => {
    const stranger = investor(3)
    const consent = await consentOf(mixun, stranger)
    await mixun.checkDefaults(stranger, { consent, requestId: 'stranger' })
    const other = mixun.openEvidence('stranger').reveal()
    const ofYi = (evidence: OpenedEvidenceJson) =>
      evidence.evidence.parties.findIndex(each => each.party === 'yi')
    const forged = opened()
    const at = ofYi(forged)
    const parties = forged.evidence.parties.map((party, i) =>
      i === at ? { ...party, rows: other.evidence.parties[at]?.rows ?? [] } : party,
    )
    await expectCodeAsync('ERR_VERIFY_ROW', verify({ ...forged, evidence: { ...forged.evidence, parties } }))
    // A row of somebody else must not read as a row that does not open: that would convict its provider.
    const theirs = other.evidence.parties.map((party, i) => (i === at ? forged.evidence.parties[i] : party))
    const receipts = theirs.map((party, i) => ({ ...other.evidence.parties[i], rows: party?.rows }))
    await expectCodeAsync(
      'ERR_VERIFY_ROW',
      verify({ ...other, evidence: { ...other.evidence, parties: receipts } }),
    )
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verify({ ...forged, transcripts: other.transcripts }))
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verify({ ...forged, opening: other.opening }))
    const { idNumber } = other.opening
    await expectCodeAsync(
      'ERR_VERIFY_COMMITMENT',
      verify({ ...forged, opening: { ...forged.opening, idNumber } }),
    )
  })

  it('needs the evaluation of every table that is shown, and of this inquiry', async () => {
    const { transcripts, ...rest } = opened()
    await expectCodeAsync('ERR_EVIDENCE_INCOMPLETE', verify({ ...rest, transcripts: transcripts.slice(1) }))
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verify({ ...rest, transcripts: foreign().transcripts }))
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', verify({ nothing: true }))
    expectCode('ERR_INPUT_RANGE', () => mixun.openEvidence('never asked'))
  })
})

describe('the opening of an inquiry', () => {
  const audit = (opening: unknown, document: Uint8Array = DOCUMENT) =>
    auditOpening(opening, document, auditor.registry, auditor.ledger)

  it('shows that the recorded inquiry was about the person who signed', async () => {
    const opening = JSON.parse(JSON.stringify(mixun.openInquiry('audited').reveal()))
    expect(await audit(opening)).toMatchObject({
      inquirer: 'jia',
      purpose: 'credit-granting',
      classes: ['A', 'B', 'C'],
      asked: ['bing/B/1', 'bing/C/1', 'yi/B/1', 'yi/C/1'],
      recordedAtIndex: answer.evidence.intentIndex,
      outcomeIndex: answer.evidence.outcomeIndex,
    })
  })

  it('is checked by who reads consents, not by a firm that was asked', async () => {
    await using asked = await openLedgerAccess(consortium.firm('yi').home)
    const opening = mixun.openInquiry('audited')
    const audited = auditOpening(opening, DOCUMENT, asked.registry, asked.ledger)
    await expectCodeAsync('ERR_LEDGER_SEALED', audited)
  })

  it('counts as forged with another subject, factor, opening, document or inquiry', async () => {
    const opening = mixun.openInquiry('audited').reveal()
    const another = mixun.openInquiry('another').reveal()
    const bad = [
      { ...opening, idNumber: investor(2).reveal() },
      { ...opening, factor: another.factor },
      { ...opening, opening: another.opening },
      { ...opening, documentSalt: another.documentSalt },
      { ...opening, intentId: another.intentId },
      { nothing: true },
    ]
    for (const forged of bad) await expectCodeAsync('ERR_VERIFY_COMMITMENT', audit(forged))
    await expectCodeAsync('ERR_VERIFY_COMMITMENT', audit(opening, Buffer.from('another document')))
    await expectCodeAsync('ERR_CONSENT_UNKNOWN', audit({ ...opening, intentId: flip(opening.intentId) }))
  })

  it('is the only way from a consent on the ledger to its document: two of one document look unrelated', () => {
    const recorded = ['audited', 'another'].map(requestId => {
      const { consentId } = mixun.openInquiry(requestId)
      return toHex(auditor.registry.consent(fromHex(consentId))?.consent.documentDigest as Uint8Array)
    })
    expect(new Set([...recorded, toHex(intl.hash(DOCUMENT))]).size).toBe(3)
  })

  it('is of an inquiry that this home made, by its request id or by the intent that the auditor drew', () => {
    const byIntent = mixun.openInquiry(answer.evidence.intentId)
    expect(byIntent.reveal()).toEqual(mixun.openInquiry('audited').reveal())
    expectCode('ERR_INPUT_RANGE', () => mixun.openInquiry('never asked'))
  })
})

it('evidence outlives the keys of who signed it', async () => {
  const { home } = consortium.association
  const ledger = openAssociationLedger(home)
  for (const party of ['yi', 'jia']) {
    const { certificateDigest, ...member } = ledger.registry.member(party) as Member
    const { publicKey } = intl.generateSigningKey(systemRandom)
    const changed = { ...member, certificateDigest: certificateDigest as Uint8Array, signingKey: publicKey }
    await ledger.append(signEntry(home.identity, ledger.registry.anchor, 'member', changed))
  }
  const { records } = await verifyOpenedEvidence(mixun.openEvidence('audited'), ledger.registry, ledger)
  expect(records).toHaveLength(1)
  await ledger.close()
})
