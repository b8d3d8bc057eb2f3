import { utf8 } from '@mixun/core/bytes'
import { intl, sm } from '@mixun/core/suite'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { evaluateInput, generateKeyPair, oprfSm2Sm3 } from '../oprf/index.ts'
import { buildTestTable } from '../testing/sealed-table.ts'
import { decodeTableCommitment, encodeTableCommitment, verifyTableCommitment } from './commitment.ts'
import { verifyNone } from './evidence.ts'
import { openSubject } from './open.ts'

it('works in suite sm, with its OPRF', () => {
  const random = seededRandom('sm')
  const key = generateKeyPair(oprfSm2Sm3, random)
  const input = utf8('subject 1')
  const entries = [{ input, payloads: [utf8('record')] }]
  const { table, commitment } = buildTestTable({ suite: sm, oprf: oprfSm2Sm3, key, random, entries })
  expect(() => verifyTableCommitment(commitment)).not.toThrow()
  expect([commitment.suite, commitment.oprf]).toEqual(['sm', 'oprf_SM2-SM3'])
  // SM4-CTR with HMAC-SM3 adds a tag of 32 bytes.
  expect(table.row(0).ciphertext).toHaveLength(512 + 32)
  const decoded = decodeTableCommitment(encodeTableCommitment(commitment))
  const outputOf = (text: Uint8Array) => evaluateInput(oprfSm2Sm3, 'voprf', key.secretKey, text)
  const opened = openSubject(table, { suite: sm, commitment: decoded, output: outputOf(input) })
  expect(opened.payloads).toEqual(entries[0]?.payloads)
  const none = openSubject(table, { suite: sm, commitment: decoded, output: outputOf(utf8('subject 2')) })
  expect(none.payloads).toEqual([])
  for (const piece of none.evidence) verifyNone(decoded, sm, piece, piece.tag)
  expectCode('ERR_PARAMETER_UNKNOWN', () =>
    openSubject(table, { suite: intl, commitment, output: outputOf(input) }),
  )
})
