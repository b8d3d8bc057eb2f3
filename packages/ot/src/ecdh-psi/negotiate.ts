import { fail } from '@mixun/core/errors'
import { ALGORITHM_ECDH_PSI, HANDSHAKE_VERSION } from './codec.ts'
import type { HandshakeRequest, HandshakeResponse } from './messages.ts'
import { type EcdhPsiSuite, ecdhPsiSuites, MAX_PSI_ITEMS, requiredBits } from './params.ts'

/** Ranks on the wire: who sends the handshake request, and who answers. */
const CLIENT_RANK = 0
const SERVER_RANK = 1

/** Who learns the intersection. The other side learns the number of items and nothing else. */
export type PsiReceiver = 'both' | 'client' | 'server'

const RANKS: Readonly<Record<PsiReceiver, number>> = { both: -1, client: CLIENT_RANK, server: SERVER_RANK }

/** Table 13: HANDSHAKE_REFUSED, UNSUPPORTED_VERSION, UNSUPPORTED_ALGO, UNSUPPORTED_PARAMS. */
const REFUSED = 31_100_200
const UNSUPPORTED_VERSION = 31_100_201
const UNSUPPORTED_ALGORITHM = 31_100_202
const UNSUPPORTED_PARAMETERS = 31_100_203

/** What both sides agreed on. */
export interface Agreement {
  readonly suite: EcdhPsiSuite
  /** Bytes of a point encrypted twice. */
  readonly dualBytes: number
}

/** What a side is ready to do. */
export interface PsiTerms {
  /** In order of preference; all by default. */
  readonly suites?: readonly EcdhPsiSuite[]
  readonly receiver: PsiReceiver
  /** Items of the peer above which nothing is computed; {@link MAX_PSI_ITEMS} by default. */
  readonly maxPeerItems?: number
}

/** The client's first message. */
export function propose(terms: PsiTerms, itemCount: number): HandshakeRequest {
  const suites = terms.suites ?? ecdhPsiSuites
  return {
    version: HANDSHAKE_VERSION,
    requesterRank: CLIENT_RANK,
    algorithms: [ALGORITHM_ECDH_PSI],
    suits: suites.map(suitOf),
    formats: [...new Set(suites.map(suite => suite.formatNumber))],
    canTruncate: true,
    itemCount,
    resultToRank: RANKS[terms.receiver],
  }
}

/** The server's choice, or the answer that there is none. */
export function choose(
  terms: PsiTerms,
  itemCount: number,
  request: HandshakeRequest,
): { agreement: Agreement | null; message: HandshakeResponse } {
  const suites = terms.suites ?? ecdhPsiSuites
  const suite = request.suits
    .map(suit => suites.find(own => isSuite(own, suit)))
    .find(own => own !== undefined && request.formats.includes(own.formatNumber))
  const errorCode = refusalOf(terms, request, suite)
  const isEnough = suite !== undefined && suite.truncatedBits >= requiredBits(itemCount, request.itemCount)
  const truncatedBits = suite !== undefined && request.canTruncate && isEnough ? suite.truncatedBits : -1
  const message = {
    errorCode,
    algorithm: ALGORITHM_ECDH_PSI,
    suit: suite === undefined ? { curve: 0, hash: 0, strategy: 0 } : suitOf(suite),
    format: suite?.formatNumber ?? 0,
    truncatedBits,
    resultToRank: RANKS[terms.receiver],
  }
  const agreement = errorCode === 0 && suite !== undefined ? agreementOf(suite, truncatedBits) : null
  return { agreement, message }
}

/** The client's reading of the choice. @throws ERR_PSI_HANDSHAKE when there is none, or it was not offered */
export function confirm(terms: PsiTerms, itemCount: number, response: HandshakeResponse): Agreement {
  const { errorCode, truncatedBits } = response
  if (errorCode !== 0) {
    fail('ERR_PSI_HANDSHAKE', `the peer refused the handshake with code ${errorCode}`, {
      details: { errorCode },
    })
  }
  const suite = (terms.suites ?? ecdhPsiSuites).find(own => isSuite(own, response.suit))
  const isOffered =
    suite !== undefined &&
    response.algorithm === ALGORITHM_ECDH_PSI &&
    response.format === suite.formatNumber &&
    response.resultToRank === RANKS[terms.receiver] &&
    (truncatedBits === -1 || isTruncation(suite, truncatedBits, itemCount))
  return isOffered
    ? agreementOf(suite, truncatedBits)
    : fail('ERR_PSI_HANDSHAKE', 'expected a choice from what was offered')
}

/** Whole bytes of an x-coordinate, enough at least for this side's items alone. */
function isTruncation(suite: EcdhPsiSuite, bits: number, itemCount: number): boolean {
  return (
    bits % 8 === 0 && bits >= requiredBits(itemCount, 1) && bits <= 256 && bits <= 8 * suite.curve.pointBytes
  )
}

function refusalOf(terms: PsiTerms, request: HandshakeRequest, suite: EcdhPsiSuite | undefined): number {
  if (request.version !== HANDSHAKE_VERSION) return UNSUPPORTED_VERSION
  if (!request.algorithms.includes(ALGORITHM_ECDH_PSI)) return UNSUPPORTED_ALGORITHM
  if (suite === undefined) return UNSUPPORTED_PARAMETERS
  const isAcceptable =
    request.resultToRank === RANKS[terms.receiver] &&
    request.requesterRank === CLIENT_RANK &&
    request.itemCount >= 0 &&
    request.itemCount <= (terms.maxPeerItems ?? MAX_PSI_ITEMS)
  return isAcceptable ? 0 : REFUSED
}

function agreementOf(suite: EcdhPsiSuite, truncatedBits: number): Agreement {
  return { suite, dualBytes: truncatedBits === -1 ? suite.curve.pointBytes : truncatedBits / 8 }
}

function suitOf({ curveNumber, hashNumber, strategyNumber }: EcdhPsiSuite) {
  return { curve: curveNumber, hash: hashNumber, strategy: strategyNumber }
}

function isSuite(suite: EcdhPsiSuite, suit: { curve: number; hash: number; strategy: number }): boolean {
  return (
    suite.curveNumber === suit.curve &&
    suite.hashNumber === suit.hash &&
    suite.strategyNumber === suit.strategy
  )
}
