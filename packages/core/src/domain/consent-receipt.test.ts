import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Identity } from '../session/index.ts'
import { intl, signFor } from '../suite/index.ts'
import { expectCode, seededRandom } from '../testing/index.ts'
import {
  CONSENT_PURPOSES,
  type ConsentReceipt,
  checkConsentUse,
  consentReceiptCodec,
  signConsentReceipt,
  verifyConsentReceipt,
} from './index.ts'

const random = seededRandom('consent-receipt')
const identity: Identity = { partyId: 'jia', suite: intl, signingKey: intl.generateSigningKey(random) }
const publicKey = identity.signingKey.publicKey
const receipt: ConsentReceipt = {
  version: 1,
  consentId: random.bytes(16),
  inquirer: 'jia',
  commitment: random.bytes(32),
  classes: ['A', 'B'],
  purpose: 'credit-granting',
  datasets: [],
  documentDigest: random.bytes(32),
  notBefore: 1_000_000,
  notAfter: 2_000_000,
  maxUses: 3,
  issuedAt: 1_000_000,
}

describe('signConsentReceipt and verifyConsentReceipt', () => {
  it('carry any valid receipt', () => {
    const any = fc.record({
      consentId: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      commitment: fc.uint8Array({ minLength: 32, maxLength: 65 }),
      classes: fc.constantFrom<ConsentReceipt['classes']>(['A'], ['B'], ['A', 'C'], ['A', 'B', 'C']),
      purpose: fc.constantFrom(...CONSENT_PURPOSES),
      notBefore: fc.nat(1_999_999),
      maxUses: fc.integer({ min: 1, max: 1_000_000 }),
      issuedAt: fc.nat(2_000_000),
    })
    fc.assert(
      fc.property(any, fields => {
        const { bytes, signature } = signConsentReceipt(identity, { ...receipt, ...fields })
        expect(verifyConsentReceipt(intl, publicKey, bytes, signature)).toEqual({ ...receipt, ...fields })
      }),
      { numRuns: 30 },
    )
  })

  it('refuse a receipt that is changed, signed by another or signed for another purpose', () => {
    const { bytes, signature } = signConsentReceipt(identity, receipt)
    const other = intl.generateSigningKey(random)
    const changed = bytes.with(bytes.length - 1, 1)
    const foreignPurpose = signFor(identity.signingKey, 'intent', bytes)
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyConsentReceipt(intl, publicKey, changed, signature))
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyConsentReceipt(intl, other.publicKey, bytes, signature))
    expectCode('ERR_VERIFY_SIGNATURE', () => verifyConsentReceipt(intl, publicKey, bytes, foreignPurpose))
  })

  it('refuse to sign for another inquirer', () => {
    expectCode('ERR_CONSENT_INVALID', () => signConsentReceipt(identity, { ...receipt, inquirer: 'yi' }))
  })

  it.each([
    ['a consent id of 15 bytes', { consentId: new Uint8Array(15) }],
    ['no class', { classes: [] }],
    ['classes out of order', { classes: ['B', 'A'] }],
    ['a class twice', { classes: ['B', 'B'] }],
    ['an unknown purpose', { purpose: 'marketing' as never }],
    ['no use', { maxUses: 0 }],
    ['another version', { version: 2 as never }],
    ['an end before its beginning', { notAfter: 999_999 }],
    ['an end at its beginning', { notAfter: 1_000_000 }],
    ['issued after its end', { issuedAt: 2_000_001 }],
    ['a field too many', { subject: 'canary' } as object],
  ] as const)('refuse %s', (_, change) => {
    expectCode('ERR_CONSENT_INVALID', () =>
      signConsentReceipt(identity, { ...receipt, ...change } as ConsentReceipt),
    )
  })

  it('refuse a window that contradicts itself even when it is signed', () => {
    const bytes = consentReceiptCodec.encode({ ...receipt, notAfter: 1 })
    const signature = signFor(identity.signingKey, 'consent-receipt', bytes)
    expectCode('ERR_CONSENT_INVALID', () => verifyConsentReceipt(intl, publicKey, bytes, signature))
  })
})

describe('checkConsentUse', () => {
  const use = { now: 1_500_000, classes: ['B'], purpose: 'credit-granting' } as const

  it.each([1_000_000, 1_500_000, 2_000_000])('lets a use at %i pass', now => {
    expect(() => checkConsentUse(receipt, { ...use, now, classes: ['A', 'B'] })).not.toThrow()
  })

  it.each([999_999, 2_000_001, Number.NaN])('refuses a use outside the time of validity: %d', now => {
    expectCode('ERR_CONSENT_EXPIRED', () => checkConsentUse(receipt, { ...use, now }))
  })

  it('refuses a class outside the scope, no class at all, and another purpose', () => {
    expectCode('ERR_CONSENT_SCOPE', () => checkConsentUse(receipt, { ...use, classes: ['B', 'C'] }))
    expectCode('ERR_CONSENT_SCOPE', () => checkConsentUse(receipt, { ...use, classes: [] }))
    expectCode('ERR_CONSENT_SCOPE', () => checkConsentUse(receipt, { ...use, purpose: 'monitoring' }))
  })
})
