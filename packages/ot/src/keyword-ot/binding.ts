import { toHex, utf8 } from '@mixun/core/bytes'
import { Writer } from '@mixun/core/codec'
import type { Suite } from '@mixun/core/suite'
import type { OprfSuite } from '../oprf/index.ts'
import { encodeEvaluation, encodeRequest } from './codec.ts'
import type { Evaluation, KeywordOtRequest, KeywordOtStatement } from './messages.ts'
import { KEYWORD_OT_PROTOCOL, KEYWORD_OT_WIRE_VERSION, type KeywordOtParameters } from './params.ts'

/** Everything public that one evaluation is bound to. Equal on both sides, or nothing verifies. */
export interface KeywordOtBinding {
  readonly suite: Suite
  readonly parameters: KeywordOtParameters
  readonly sessionId: Uint8Array
  /** Digest of the session's transcript before the request: it covers the signed hello. */
  readonly transcriptDigest: Uint8Array
  readonly inquirer: string
  readonly statement: KeywordOtStatement
}

/**
 * The context of the proof of ρ. Challenge and context together cover suite, session, roles, intent, key, T and B:
 *
 *   len₂ ‖ "mixun-keyword-ot-<wire version>-<parameter id>-<session id, hex>" ‖ len₂ ‖ suite id
 *   ‖ len₂ ‖ transcript digest ‖ len₂ ‖ intent id ‖ len₂ ‖ inquirer ‖ len₂ ‖ provider ‖ len₂ ‖ class ‖ epoch₈
 *   ‖ len₂ ‖ pk
 */
export function blindingContext(binding: KeywordOtBinding): Uint8Array {
  const { suite, parameters, sessionId, transcriptDigest, inquirer, statement } = binding
  const domain = [KEYWORD_OT_WIRE_VERSION, parameters.id, toHex(sessionId)].join('-')
  return new Writer()
    .bytes16(utf8(`mixun-${KEYWORD_OT_PROTOCOL}-${domain}`))
    .bytes16(utf8(suite.id))
    .bytes16(transcriptDigest)
    .bytes16(statement.intentId)
    .bytes16(utf8(inquirer))
    .bytes16(utf8(statement.provider))
    .bytes16(utf8(statement.class))
    .uint64(statement.epoch)
    .bytes16(statement.publicKey)
    .finish()
}

/** Digest of a request's bytes, for the receipt and the provider's log. */
export function requestDigest(suite: Suite, oprf: OprfSuite, request: KeywordOtRequest): Uint8Array {
  return suite.hash(utf8('mixun-keyword-ot-request-1\0'), encodeRequest(oprf, request))
}

/** Digest of Z and its proof, for the receipt. */
export function responseDigest(suite: Suite, oprf: OprfSuite, evaluation: Evaluation): Uint8Array {
  return suite.hash(utf8('mixun-keyword-ot-response-1\0'), encodeEvaluation(oprf, evaluation))
}
