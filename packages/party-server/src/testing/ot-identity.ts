import type { Identity } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'

/** An identity whose keys come from its name, so that two processes of a test know each other's. */
export function testIdentity(partyId: string): Identity {
  return { partyId, suite: intl, signingKey: intl.generateSigningKey(seededRandom(partyId)) }
}
