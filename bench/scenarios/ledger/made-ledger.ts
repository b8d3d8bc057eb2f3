import { utf8 } from '@mixun/core/bytes'
import type { ComputePool } from '@mixun/core/compute'
import { systemRandom as random } from '@mixun/core/random'
import { generateDecryptionSecret, importDecryptionKey } from '@mixun/core/sealing'
import type { Identity } from '@mixun/core/session'
import type { Suite } from '@mixun/core/suite'
import {
  basisDigest,
  type ConsentPayload,
  type EntryKind,
  type IntentBasis,
  type LedgerAnchor,
  type LedgerReader,
  type LedgerVerifiers,
  type Payloads,
  type SealedEntry,
  sealEntry,
  type SignedEntry,
  signEntry,
} from '@mixun/ledger-adapter/ledger'
import { SqliteLedger } from '@mixun/ledger-adapter/sqlite'
import { combineBlind, commitSubject, rerandomize } from '@mixun/ot/consent-blinding'
import { accept, answer, keywordOtParametersById, request } from '@mixun/ot/keyword-ot'
import { generateKeyPair, type OprfSuite, oprfSuiteOf } from '@mixun/ot/oprf'
import {
  buildTable,
  encodeTableCommitment,
  sealedTableParametersById,
  type TableCommitment,
} from '@mixun/ot/sealed-table'
import { intentContext, ledgerVerifiers } from '@mixun/sdk/consortium'

const ORIGIN = 'bench.example/ledger'
const DAY_MS = 86_400_000
const RULES = {
  grant: 1_000_000_000,
  contributionPerThousandRows: { A: 0, B: 0, C: 0 },
  contributionPeriodDays: 7,
  attestations: 0,
  period: 'month' as const,
  reportingPenalty: { late: 0, missing: 0 },
  queryPrice: { A: 1, B: 1, C: 1 },
}
const SUBJECT = utf8('resident-id:990101199001010006')

interface Provider {
  readonly identity: Identity
  readonly key: ReturnType<typeof generateKeyPair>
  readonly commitment: TableCommitment
}

/** Real entries of a made consortium: every signature and proof is what the ledger's verifiers check. */
export class MadeConsortium {
  readonly suite: Suite
  readonly association: Identity
  readonly inquirer: Identity
  readonly anchor: LedgerAnchor
  readonly verifiers: LedgerVerifiers
  readonly #providers: readonly Provider[]
  readonly #oprf: OprfSuite
  readonly #readers = new Map<string, LedgerReader>()
  readonly #subject: ReturnType<typeof commitSubject>

  constructor(suite: Suite, providers: number) {
    this.suite = suite
    this.#oprf = oprfSuiteOf(suite.id)
    this.association = identityOf(suite, 'association')
    this.inquirer = identityOf(suite, 'inquirer')
    this.verifiers = ledgerVerifiers(suite)
    this.#subject = commitSubject(this.#oprf, SUBJECT, random)
    this.#providers = Array.from({ length: providers }, (_, i) => makeProvider(suite, `provider-${i}`))
    const { partyId, signingKey } = this.association
    this.anchor = { origin: ORIGIN, suite, association: { partyId, publicKey: signingKey.publicKey } }
  }

  /** Opens a ledger at `file`, as the association. @param compute verifies authors; this thread without it */
  open(file: string, compute?: ComputePool): SqliteLedger {
    const { association: identity, verifiers } = this
    const decryptionKey = this.reader(identity).key
    const keys = { identity, decryptionKey }
    return SqliteLedger.open({ file, ...keys, origin: ORIGIN, verifiers, ...(compute && { compute }) })
  }

  /** Genesis, the members and the providers' tables. */
  opening(): SignedEntry[] {
    const { partyId: association, signingKey } = this.association
    const genesis = {
      consortium: 'bench',
      suite: this.suite.id,
      association,
      signingKey: signingKey.publicKey,
      ...sealingKeyOf(this.reader(this.association)),
      pointsRules: RULES,
    }
    const members = [this.inquirer, ...this.#providers.map(({ identity }) => identity)]
    return [
      signEntry(this.association, this.anchor, 'genesis', genesis),
      ...members.map(member =>
        signEntry(this.association, this.anchor, 'member', memberOf(member, this.reader(member))),
      ),
      ...this.#providers.map(({ identity, commitment }) =>
        signEntry(identity, this.anchor, 'table', tableOf(commitment)),
      ),
    ]
  }

  consentPayload(): ConsentPayload {
    const now = Date.now()
    return {
      consentId: random.bytes(16),
      inquirer: this.inquirer.partyId,
      commitment: this.#subject.commitment,
      classes: ['B'],
      purpose: 'credit-granting',
      datasets: [],
      documentDigest: random.bytes(32),
      notBefore: now,
      notAfter: now + DAY_MS,
      maxUses: 1,
    }
  }

  /** An entry in the clear. */
  address(): SignedEntry {
    const { partyId } = this.inquirer
    return signEntry(this.inquirer, this.anchor, 'member-address', { partyId, address: '127.0.0.1:7440' })
  }

  consent(): SealedEntry {
    return this.#seal('consent', this.consentPayload())
  }

  /** A party with a decryption key that lasts as long as this consortium. */
  reader({ partyId }: Identity): LedgerReader {
    const known = this.#readers.get(partyId)
    const { id } = this.suite
    const reader = known ?? { partyId, key: importDecryptionKey(id, generateDecryptionSecret(id, random)) }
    this.#readers.set(partyId, reader)
    return reader
  }

  /** What the inquirer puts on the ledger. */
  #seal<K extends EntryKind>(kind: K, payload: Payloads[K], basis?: IntentBasis): SealedEntry {
    const parties = [this.association, this.inquirer, ...this.#providers.map(({ identity }) => identity)]
    const member = (partyId: string) => {
      const party = parties.find(each => each.partyId === partyId)
      return party && memberOf(party, this.reader(party))
    }
    const view = { anchor: this.anchor, member, members: () => [] }
    return sealEntry(view, signEntry(this.inquirer, this.anchor, kind, payload), { basis })
  }

  /** A whole inquiry: consent, intent that asks every provider, outcome with every provider's receipt. */
  inquiry(): { consent: SealedEntry; intent: SealedEntry; outcome: SealedEntry } {
    const consent = this.consentPayload()
    const intentId = random.bytes(16)
    const { partyId } = this.inquirer
    const context = intentContext(intentId, consent.consentId, partyId)
    const { commitment, opening } = this.#subject
    const { element, factor, proof } = rerandomize(this.#oprf, context, commitment, random)
    const blind = combineBlind(this.#oprf, factor, opening)
    const basis = { salt: random.bytes(32), consentId: consent.consentId, rerandomizationProof: proof }
    const intent: Payloads['intent'] = {
      intentId,
      basis: basisDigest(this.suite, basis),
      inquirer: partyId,
      element,
      classes: ['B'],
      asked: this.#providers.map(({ identity }) => ({ provider: identity.partyId, class: 'B', epoch: 1 })),
      purpose: consent.purpose,
      expiresAt: Date.now() + 300_000,
      price: this.#providers.length,
      isBought: false,
      versions: this.#providers.map(() => 0),
    }
    const results = this.#providers.map(each => this.#evaluated(each, intentId, element, blind))
    return {
      consent: this.#seal('consent', consent),
      intent: this.#seal('intent', intent, basis),
      outcome: this.#seal('outcome', { intentId, results }),
    }
  }

  #evaluated(
    { identity, key, commitment }: Provider,
    intentId: Uint8Array,
    element: Uint8Array,
    blind: Uint8Array,
  ): Payloads['outcome']['results'][number] {
    const { provider, epoch, publicKey } = commitment
    const binding = {
      suite: this.suite,
      parameters: keywordOtParametersById(`keywordot_${this.#oprf.identifier}`),
      sessionId: random.bytes(32),
      transcriptDigest: random.bytes(32),
      inquirer: this.inquirer.partyId,
      statement: { intentId, provider, class: 'B', epoch, publicKey, element },
    }
    const accepted = accept(binding, request(binding, SUBJECT, blind, random).message)
    const { message, receipt } = answer(binding, accepted, key, identity.signingKey, Date.now(), random)
    const { receiptSignature } = message
    return { provider, class: 'B', status: 'evaluated', code: null, receipt, receiptSignature }
  }
}

function identityOf(suite: Suite, partyId: string): Identity {
  return { partyId, suite, signingKey: suite.generateSigningKey(random) }
}

function makeProvider(suite: Suite, partyId: string): Provider {
  const oprf = oprfSuiteOf(suite.id)
  const key = generateKeyPair(oprf, random)
  const { commitment } = buildTable({
    id: { provider: partyId, class: 'B', epoch: 1 },
    suite,
    oprf,
    parameters: sealedTableParametersById('sealedtable_r512_c2'),
    key,
    entries: [],
    random,
  })
  return { identity: identityOf(suite, partyId), key, commitment }
}

function sealingKeyOf({ partyId, key }: LedgerReader) {
  return { encryptionKey: key.publicKey, encryptionKeyProof: key.prove(partyId) }
}

function memberOf({ partyId, signingKey }: Identity, reader: LedgerReader): Payloads['member'] {
  return {
    partyId,
    name: partyId,
    role: 'firm',
    signingKey: signingKey.publicKey,
    ...sealingKeyOf(reader),
    certificateDigest: random.bytes(32),
    address: '127.0.0.1:7440',
    status: 'active',
  }
}

function tableOf(commitment: TableCommitment): Payloads['table'] {
  const { suite: _suite, ...fields } = commitment
  return { ...fields, class: 'B', isDistributed: true, commitment: encodeTableCommitment(commitment) }
}
