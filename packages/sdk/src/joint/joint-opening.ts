import { toHex } from '@mixun/core/bytes'
import type { Suite } from '@mixun/core/suite'
import { MAX_ASKED_PROVIDERS } from '@mixun/ledger-adapter/ledger'
import { jointSessionsCodec, jointSessionsDigest } from '../audit/joint-sessions.ts'
import { InquiryOpening } from '../audit/opening.ts'
import type { Consents } from '../consents/index.ts'
import type { ConsentId } from '../ids.ts'
import type { JointQueryStore, StoredJointQuery } from '../store/joint-queries.ts'

/** Opens a joint query of this home to the auditor, with what every session of it left. @throws ERR_CONSENT_UNKNOWN */
export function openJointQuery(
  suite: Suite,
  consents: Consents,
  queries: JointQueryStore,
  { secrets, intentId, requestId }: StoredJointQuery,
): InquiryOpening {
  const consentId = toHex(secrets.consentId)
  const consent = consents.find(consentId as ConsentId).reveal()
  const contributions = queries.contributions(intentId)
  const sessions = jointSessionsCodec.encode({
    answered: byParty(contributions).map(([, { record }]) => record),
    failed: byParty(queries.failedChecks(intentId)).map(([, record]) => record),
    attempts: queries.attempts(intentId).slice(0, MAX_ASKED_PROVIDERS),
    shares: byParty(queries.shares(intentId)).map(([party, signed]) => ({ party, signed })),
  })
  return new InquiryOpening(
    {
      requestId,
      intentId: toHex(intentId),
      consentId,
      idType: consent.idType,
      idNumber: consent.idNumber,
      opening: toHex(consent.opening),
      documentSalt: toHex(consent.documentSalt),
      factor: toHex(secrets.factor),
      joint: { seed: toHex(secrets.seed), sessions: toHex(jointSessionsDigest(suite, sessions)) },
    },
    sessions,
  )
}

function byParty<T>(kept: ReadonlyMap<string, T>): [string, T][] {
  return [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1))
}
