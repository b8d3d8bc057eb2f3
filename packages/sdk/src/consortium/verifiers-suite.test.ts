import { intl, type Suite, sm } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import type { TablePayload } from '@mixun/ledger-adapter/ledger'
import { generateKeyPair, oprfP256Sha256, oprfSuiteOf } from '@mixun/ot/oprf'
import { buildTable, encodeTableCommitment, sealedTableParametersById } from '@mixun/ot/sealed-table'
import { describe, expect, it } from 'vitest'
import { ledgerVerifiers } from './verifiers.ts'

function tableEntry(suite: Suite, oprf = oprfSuiteOf(suite.id)): TablePayload {
  const random = seededRandom(suite.id)
  const { commitment } = buildTable({
    id: { provider: 'jia', class: 'B', epoch: 1 },
    suite,
    oprf,
    parameters: sealedTableParametersById('sealedtable_r512_c2'),
    key: generateKeyPair(oprf, random, { allowVariableTime: true }),
    entries: [],
    random,
  })
  const { suite: _suite, ...fields } = commitment
  return { ...fields, class: 'B', isDistributed: true, commitment: encodeTableCommitment(commitment) }
}

describe.each([
  [intl, sm],
  [sm, intl],
])('a ledger in suite $id', (suite, other) => {
  it('takes a table of its suite, and none of the other', () => {
    const { verifyTable } = ledgerVerifiers(suite)
    expect(() => verifyTable(tableEntry(suite))).not.toThrow()
    expectCode('ERR_PARAMETER_UNKNOWN', () => verifyTable(tableEntry(other)))
  })

  it('takes no table whose OPRF is over another group than its intents', () => {
    const { verifyTable } = ledgerVerifiers(suite)
    for (const oprf of [oprfSuiteOf(other.id), oprfP256Sha256]) {
      expectCode('ERR_PARAMETER_UNKNOWN', () => verifyTable(tableEntry(suite, oprf)))
    }
  })
})
