import { compareBytes, concat, utf8 } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { Identity } from '@mixun/core/session'
import { intl, type Suite, signFor, verifyFor } from '@mixun/core/suite'
import type { LedgerVerifiers, ReceiptContext } from '../ledger/verifiers.ts'

/** A stand-in for the proof of possession of `publicKey`. */
export function fakeKeyProof(publicKey: Uint8Array): Uint8Array {
  return intl.hash(utf8('key proof'), publicKey)
}

/** A stand-in for the proof that `element` is a rerandomisation of `commitment`. */
export function fakeRerandomizationProof(commitment: Uint8Array, element: Uint8Array): Uint8Array {
  return concat(
    intl.hash(utf8('challenge'), commitment, element),
    intl.hash(utf8('response'), commitment, element),
  )
}

/** What a provider would sign for an evaluation or a refusal; the signature is real. */
export function fakeReceipt(
  provider: Identity,
  status: 'evaluated' | 'refused' | 'ready',
  intentId: Uint8Array,
  recordClass: string,
): { receipt: Uint8Array; receiptSignature: Uint8Array } {
  const receipt = receiptBytes(status, intentId, recordClass)
  return { receipt, receiptSignature: signFor(provider.signingKey, 'fake-receipt', receipt) }
}

/** Verifiers for tests above the protocols: they check the fakes of this file instead of proofs. */
export function fakeVerifiersOf(suite: Suite): LedgerVerifiers {
  return {
    verifyTable: table => {
      if (compareBytes(table.keyProof, fakeKeyProof(table.publicKey)) !== 0) {
        fail('ERR_VERIFY_KEY_POSSESSION', 'expected the fake proof of this key')
      }
    },
    verifyJointTable: ({ publicKey, commitment }) => {
      if (compareBytes(commitment, fakeKeyProof(publicKey)) !== 0) {
        fail('ERR_VERIFY_KEY_POSSESSION', 'expected the fake commitment of this key')
      }
    },
    verifyJointReceipt: ({ intent, table, providerKey, statement, signature }) => {
      verifyFor(suite, providerKey, 'fake-receipt', statement, signature)
      if (compareBytes(statement, receiptBytes('ready', intent.intentId, String(table.version))) !== 0) {
        fail('ERR_VERIFY_SIGNATURE', 'expected the receipt of this joint query and version')
      }
    },
    verifyIntent: (intent, basis, consent) => {
      const expected = fakeRerandomizationProof(consent.commitment, intent.element)
      if (compareBytes(basis.rerandomizationProof, expected) !== 0) {
        fail('ERR_VERIFY_BLINDING', 'expected the fake proof of this element')
      }
    },
    verifyEvaluationReceipt: context => verifyFakeReceipt(suite, 'evaluated', context),
    verifyRefusalReceipt: context => verifyFakeReceipt(suite, 'refused', context),
  }
}

/** {@link fakeVerifiersOf} suite `intl`. */
export const fakeVerifiers: LedgerVerifiers = fakeVerifiersOf(intl)

function verifyFakeReceipt(suite: Suite, status: 'evaluated' | 'refused', context: ReceiptContext): void {
  const { intent, result, providerKey, receipt, receiptSignature } = context
  verifyFor(suite, providerKey, 'fake-receipt', receipt, receiptSignature)
  if (compareBytes(receipt, receiptBytes(status, intent.intentId, result.class)) !== 0) {
    fail('ERR_VERIFY_SIGNATURE', 'expected the receipt of this intent and class')
  }
}

function receiptBytes(status: string, intentId: Uint8Array, recordClass: string): Uint8Array {
  return concat(utf8(`${status}/${recordClass}/`), intentId)
}
