import type { Hello } from '@mixun/core/session'
import { intl, sm } from '@mixun/core/suite'
import { expectCodeAsync } from '@mixun/core/testing'
import {
  type EntryKind,
  LedgerState,
  type Payloads,
  signIntentReceipt,
  VerifiedIntentReceipts,
} from '@mixun/ledger-adapter/ledger'
import { TEST_NOW, TestConsortium } from '@mixun/ledger-adapter/testing'
import { expect, it } from 'vitest'
import { admitQuestion } from './question.ts'
import type { LedgerView } from './view.ts'

it.each([intl, sm])(
  'an intent from before the withdrawal of its consent is answered no more, in suite $id',
  async suite => {
    const consortium = new TestConsortium(undefined, undefined, suite)
    const state = new LedgerState(consortium.anchor, consortium.verifiers, consortium.reader('yi'))
    let size = 0
    const write = <K extends EntryKind>(author: string, kind: K, payload: Payloads[K]) =>
      state.apply(state.admit(consortium.entry(author, kind, payload)), size++)
    for (const entry of consortium.opening()) state.apply(state.admit(entry), size++)
    const consent = consortium.consent('jia')
    write('jia', 'consent', consent)
    const asked = ['bing', 'yi'].map(provider => ({ provider, class: 'B' as const, epoch: 1 }))
    const intent = consortium.intent(consent, asked)
    write('jia', 'intent', intent)

    const consentReference = signIntentReceipt(consortium.anchor, consortium.association.signingKey, {
      ...intent,
      entryId: consortium.bytes(16),
      index: size - 1,
      leafHash: consortium.bytes(32),
      sequencedAt: TEST_NOW,
    })
    const hello = { sender: 'jia', dataset: asked[1], consentReference } as unknown as Hello
    const view = {
      anchor: consortium.anchor,
      receipts: new VerifiedIntentReceipts(consortium.anchor),
      registry: state.registry,
      refresh: async () => {},
    } as LedgerView
    const ask = () => admitQuestion(hello, 'yi', view, TEST_NOW, 3_600_000)
    expect((await ask()).table.provider).toBe('yi')
    // The provider sees neither consent nor withdrawal, but which intents it ends.
    expect(state.registry.consent(consent.consentId)).toBeUndefined()
    expect(state.registry.intent(intent.intentId)).toMatchObject({ intent, basis: null })
    write('jia', 'consent-withdrawn', {
      consentId: consent.consentId,
      reason: 'subject-withdrew',
      intents: [intent.intentId],
    })
    await expectCodeAsync('ERR_CONSENT_WITHDRAWN', ask())
  },
)
