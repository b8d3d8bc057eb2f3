import type { SuiteId } from '@mixun/core/suite'
import type { KeyUse } from '@mixun/ledger-adapter/ledger'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLedgerAccess, verifyLedger } from '../ledger/access.ts'
import { listInquiries } from '../ledger/inquiries.ts'
import { consentOf } from './clients.ts'
import { crashEverywhere } from './crashes.ts'
import { investor } from './subjects.ts'
import { TestConsortium } from './test-consortium.ts'

/** Every point costs two processes. */
const TIMEOUT_MS = 1_800_000

/** Kills `mixun rotate-key` at every `stride`-th of its durability points. Called at the top of a test file. */
export function describeRotationCrashes(suiteId: SuiteId, stride: number): void {
  describe(`a rotation in suite ${suiteId} that is killed`, { timeout: TIMEOUT_MS }, () => {
    let consortium: TestConsortium

    beforeAll(async () => {
      consortium = await TestConsortium.found({ suite: suiteId, firms: { jia: null, yi: [] } })
      await using mixun = await consortium.firm('jia').client()
      await mixun.checkDefaults(investor(1), {
        consent: await consentOf(mixun, investor(1)),
        requestId: 'before',
      })
      await consortium.firm('yi').stop()
    })
    afterAll(() => consortium[Symbol.asyncDispose]())

    /** The member reads the ledger to its end with the keys that are on record, the oldest entries too. */
    const requireReader = async () => {
      const { home } = consortium.firm('yi')
      expect(await verifyLedger(home)).toEqual(await verifyLedger(consortium.association.home))
      await using access = await openLedgerAccess(home)
      expect(await listInquiries(access)).toHaveLength(1)
    }

    it.each<KeyUse>(['sealing', 'signing'])(
      'leaves a %s key that works, and is finished when it runs again',
      async use => {
        const killed = await crashEverywhere(
          {
            prepare: async () => {
              // What the mirror has to take in would be points of the first run alone.
              await requireReader()
              return ['rotate-key', use, '--home', consortium.firm('yi').root, '--json']
            },
            afterCrash: requireReader,
            afterRepeat: async () => {
              await requireReader()
              const { home } = consortium.firm('yi')
              await using access = await openLedgerAccess(home)
              const { registry } = access
              const member = registry.member('yi')
              expect(home.identity.signingKey.publicKey).toEqual(member?.signingKey)
              expect(home.decryptionKey.publicKey).toEqual(member?.encryptionKey)
              // A key that was made and did not get on record was used, not left behind.
              const kind = use === 'signing' ? 'identity' : 'decryption'
              const unused = home.keys
                .generations(kind)
                .filter(({ publicKey }) => publicKey !== null && registry.keyHolder(use, publicKey) !== 'yi')
              expect(unused).toEqual([])
            },
          },
          stride,
        )
        expect(killed).not.toEqual([])
      },
    )
  })
}
