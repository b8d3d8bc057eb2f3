import { intl } from '@mixun/core/suite'
import { expectCode } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { testTableId } from '../testing/sealed-table.ts'
import { sealedTableParametersById } from './params.ts'
import { sealRow, unsealRow } from './row.ts'

const watched: Uint8Array[] = []
/** Hands its plaintexts to the test, and opens everything to what it holds. */
let opensTo: Uint8Array | null = null
const suite = {
  ...intl,
  seal(...[key, nonce, plaintext, associatedData]: Parameters<typeof intl.seal>) {
    watched.push(plaintext)
    return intl.seal(key, nonce, plaintext, associatedData)
  },
  open(...parameters: Parameters<typeof intl.open>) {
    const plaintext = opensTo ?? intl.open(...parameters)
    watched.push(plaintext)
    return plaintext
  },
}
const parameters = sealedTableParametersById('sealedtable_r512_c2')
const context = { suite, parameters, scope: { ...testTableId, publicKey: new Uint8Array(32) } }
const key = new Uint8Array(32).fill(1)
const head = { tag: new Uint8Array(32), version: 0, salt: new Uint8Array(16) }

it('leaves no plaintext of a row behind, whether it opens or not', () => {
  const payload = new Uint8Array(20).fill(5)
  const row = sealRow(context, key, head, payload)
  expect(unsealRow(context, key, row)).toEqual(payload)
  // A length beyond the row, and padding that is not zero.
  for (const length of [600, 1]) {
    opensTo = new Uint8Array(512).fill(9)
    new DataView(opensTo.buffer).setUint16(0, length)
    expectCode('ERR_VERIFY_OPEN', () => unsealRow(context, key, row))
  }
  expect(watched).toHaveLength(4)
  for (const plaintext of watched) expect(plaintext.every(byte => byte === 0)).toBe(true)
})
