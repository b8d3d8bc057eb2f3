import { utf8 } from '@mixun/core/bytes'
import type { Session } from '@mixun/core/session'
import { intl, type Suite } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import { combineBlind, commitSubject, rerandomize } from '../consent-blinding/index.ts'
import { encodePublicKey, oprfRistretto255Sha512 as oprf, type OprfSuite } from '../oprf/index.ts'
import {
  KEYWORD_OT_PROTOCOL,
  type KeywordOtBinding,
  type KeywordOtStatement,
  keywordOtParametersById,
} from '../keyword-ot/index.ts'
import { testTableId, testTableKey } from './sealed-table.ts'
import { sessionPair, testIdentity } from './sessions.ts'

/** A consented and recorded inquiry about `subject`: what both sides hold before keyword OT. For tests. */
export function testInquiry(
  subject: string,
  suite: OprfSuite = oprf,
  key = testTableKey,
): { statement: KeywordOtStatement; input: Uint8Array; blind: Uint8Array } {
  const random = seededRandom(`inquiry ${subject}`)
  const input = utf8(subject)
  const { commitment, opening } = commitSubject(suite, input, random)
  const { element, factor } = rerandomize(suite, utf8('intent'), commitment, random)
  const statement = {
    intentId: random.bytes(16),
    ...testTableId,
    publicKey: encodePublicKey(suite, key.publicKey),
    element,
  }
  return { statement, input, blind: combineBlind(suite, factor, opening) }
}

/** A session of keyword OT about the test table. */
export function keywordOtSessions(
  seed?: string,
  suite: OprfSuite = oprf,
  signing: Suite = intl,
): Promise<{ client: Session; server: Session }> {
  return sessionPair({
    protocol: KEYWORD_OT_PROTOCOL,
    parameters: `keywordot_${suite.identifier}`,
    dataset: testTableId,
    suite: signing,
    ...(seed === undefined ? {} : { seed }),
  })
}

/** A binding without a session, for step tests. */
export function testBinding(statement: KeywordOtStatement): KeywordOtBinding {
  return {
    suite: intl,
    parameters: keywordOtParametersById(`keywordot_${oprf.identifier}`),
    sessionId: new Uint8Array(32).fill(1),
    transcriptDigest: new Uint8Array(32).fill(2),
    inquirer: 'galaxy',
    statement,
  }
}

export const providerIdentity = testIdentity('cinda')
