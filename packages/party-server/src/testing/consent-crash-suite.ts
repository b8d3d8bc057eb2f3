import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, utf8 } from '@mixun/core/bytes'
import type { SuiteId } from '@mixun/core/suite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openAssociationLedger } from '../association/ledger.ts'
import { crashEverywhere } from './crashes.ts'
import { MAKER } from './records.ts'
import { investor } from './subjects.ts'
import { TestConsortium } from './test-consortium.ts'

const TIMEOUT_MS = 1_800_000

/** Kills the registration of a consent at every `stride`-th of its durability points. */
export function describeConsentCrashes(suiteId: SuiteId, stride: number): void {
  describe(`a firm of suite ${suiteId} that is killed`, { timeout: TIMEOUT_MS }, () => {
    let consortium: TestConsortium
    beforeAll(async () => {
      consortium = await TestConsortium.found({ suite: suiteId, firms: { jia: null } })
    })
    afterAll(() => consortium[Symbol.asyncDispose]())

    it('while it registers a consent registers one, under the same request id', async () => {
      const document = join(consortium.root, 'signed.pdf')
      writeFileSync(document, 'signed')
      const subject = investor(3)
      let made = 0
      let before = 0
      const killed = await crashEverywhere(
        {
          input: subject.reveal(),
          prepare: () => {
            before = consortium.ledgerSize
            const about = ['--purpose', 'credit-granting', '--document', document, '--operator', MAKER]
            const home = ['--home', consortium.firm('jia').root, '--json']
            return ['consent', ...about, '--request-id', `loan-${++made}`, ...home]
          },
          afterRepeat: async () => {
            expect(consortium.ledgerSize).toBe(before + 1)
            await using client = await consortium.firm('jia').client()
            const id = await client.consents.register(subject, {
              classes: ['A', 'B', 'C'],
              purpose: 'credit-granting',
              document: utf8('signed'),
              requestId: `loan-${made}`,
            })
            expect(consortium.ledgerSize).toBe(before + 1)
            const ledger = openAssociationLedger(consortium.association.home)
            expect(ledger.registry.consent(fromHex(id))?.index).toBe(before)
            await ledger.close()
          },
        },
        stride,
      )
      expect(killed).not.toEqual([])
    })
  })
}
