import { utf8 } from '@mixun/core/bytes'
import { systemRandom } from '@mixun/core/random'
import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import type { ConsentPayload, IntentBasis, IntentPayload, TablePayload } from '@mixun/ledger-adapter/ledger'
import { commitSubject, rerandomize } from '@mixun/ot/consent-blinding'
import { generateKeyPair, type OprfSuite, oprfP256Sha256, oprfRistretto255Sha512 } from '@mixun/ot/oprf'
import {
  buildTable,
  encodeTableCommitment,
  sealedTableParametersById,
  type TableCommitment,
} from '@mixun/ot/sealed-table'
import { expect, it } from 'vitest'
import { commitmentOf, intentContext, ledgerVerifiers } from './verifiers.ts'

const oprf = oprfRistretto255Sha512
const verifiers = ledgerVerifiers(intl)

const committed = (oprfSuite: OprfSuite) =>
  buildTable({
    id: { provider: 'yi', class: 'B', epoch: 1 },
    suite: intl,
    oprf: oprfSuite,
    parameters: sealedTableParametersById('sealedtable_r256_c1'),
    key: generateKeyPair(oprfSuite, systemRandom, { allowVariableTime: true }),
    entries: [],
    random: systemRandom,
  }).commitment
const entryOf = (of: TableCommitment): TablePayload => {
  const { suite: _suite, ...fields } = of
  return { ...fields, class: 'B', isDistributed: true, commitment: encodeTableCommitment(of) }
}
const commitment = committed(oprf)
const table = entryOf(commitment)

const consentId = systemRandom.bytes(16)
const intentId = systemRandom.bytes(16)
const consented = commitSubject(oprf, utf8('resident-id:1'), systemRandom)
const context = intentContext(intentId, consentId, 'jia')
const { element, proof } = rerandomize(oprf, context, consented.commitment, systemRandom)
const intent = { intentId, inquirer: 'jia', element } as IntentPayload
const basis: IntentBasis = { salt: new Uint8Array(32), consentId, rerandomizationProof: proof }
const consent = { commitment: consented.commitment } as ConsentPayload

it('accepts a table entry that says what its commitment says, and no other: ERR_VERIFY_ROOT', () => {
  verifiers.verifyTable(table)
  expect(commitmentOf(table)).toEqual(commitment)
  const changes: Partial<TablePayload>[] = [
    { provider: 'bing' },
    { class: 'C' },
    { epoch: 2 },
    { version: 9 },
    { baseRowCount: 96 },
    { rowCount: 96 },
    { oprf: 'oprf_P256-SHA256' },
    { parameters: 'sealedtable_r256_c2' },
    { root: systemRandom.bytes(32) },
    { publicKey: element },
    { keyProof: proof },
  ]
  for (const change of changes) {
    expectCode('ERR_VERIFY_ROOT', () => verifiers.verifyTable({ ...table, ...change }))
  }
})

it("accepts a table of the consortium's own group only", () => {
  expectCode('ERR_PARAMETER_UNKNOWN', () => verifiers.verifyTable(entryOf(committed(oprfP256Sha256))))
})

it('accepts a key only with its proof of possession', () => {
  const stolen = { ...commitment, provider: 'bing' }
  const entry: TablePayload = { ...table, provider: 'bing', commitment: encodeTableCommitment(stolen) }
  expectCode('ERR_VERIFY_KEY_POSSESSION', () => verifiers.verifyTable(entry))
})

it('accepts an element only with the proof that it follows from the consent, for this intent and inquirer', () => {
  verifiers.verifyIntent(intent, basis, consent)
  const other = commitSubject(oprf, utf8('resident-id:2'), systemRandom).commitment
  const bad: [IntentPayload, IntentBasis, ConsentPayload][] = [
    [intent, basis, { ...consent, commitment: other }],
    [{ ...intent, intentId: systemRandom.bytes(16) }, basis, consent],
    [intent, { ...basis, consentId: systemRandom.bytes(16) }, consent],
    [{ ...intent, inquirer: 'bing' }, basis, consent],
    [{ ...intent, element: other }, basis, consent],
  ]
  for (const pair of bad) expectCode('ERR_VERIFY_BLINDING', () => verifiers.verifyIntent(...pair))
})
