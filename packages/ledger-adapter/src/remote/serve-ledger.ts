import { fail, MixunError } from '@mixun/core/errors'
import type { Session } from '@mixun/core/session'
import { requireEntryRange } from '../ledger/entry-range.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { StoredEntry } from '../ledger/stored-entry.ts'
import { decodeRequest, encodeAnswer, encodeRefusal } from './codec.ts'
import type { LedgerRequest } from './messages.ts'
import { MAX_PAGE_BYTES, MAX_PAGE_ENTRIES, MAX_REQUESTS_IN_FLIGHT, PIECE_ENTRIES } from './params.ts'

/**
 * Serves a ledger to the authenticated peer of a session until it closes. A member appends only what it authored; it
 * reads all entries, sealed as they are, and its own points. Requests run side by side, so answers may come in another order.
 *
 * @throws ERR_DECODE_… when the peer sends something else than requests (it is refused), and channel errors other
 * than the peer's closing
 */
export async function serveLedger(session: Session, ledger: Ledger): Promise<void> {
  const inFlight = new Set<Promise<void>>()
  try {
    for (let frame = await receiveRequest(session); frame !== null; frame = await receiveRequest(session)) {
      const { requestId, request } = decodeRequest(frame)
      const task = respond(session, ledger, requestId, request).finally(() => inFlight.delete(task))
      inFlight.add(task)
      if (inFlight.size >= MAX_REQUESTS_IN_FLIGHT) await Promise.race(inFlight)
    }
    await Promise.all(inFlight)
    await session.close()
  } catch (error) {
    await session.refuse(error)
    throw error
  }
}

/** The next request, or null when the peer has closed. */
async function receiveRequest(session: Session): Promise<Uint8Array | null> {
  try {
    return await session.receive()
  } catch (error) {
    if (error instanceof MixunError && error.code === 'ERR_CHANNEL_CLOSED') return null
    throw error
  }
}

/** Never rejects: a peer that is gone needs no answer. */
async function respond(
  session: Session,
  ledger: Ledger,
  requestId: number,
  request: LedgerRequest,
): Promise<void> {
  let frame: Uint8Array
  try {
    frame = await answer(session.peer.partyId, ledger, requestId, request)
  } catch (error) {
    frame = refuse(requestId, error)
  }
  await session.send(frame).catch(() => session.abort())
}

async function answer(
  peer: string,
  ledger: Ledger,
  requestId: number,
  request: LedgerRequest,
): Promise<Uint8Array> {
  switch (request.verb) {
    case 'append':
      return encodeAnswer(requestId, 'append', await ledger.append(request.entry, { from: peer }))
    case 'checkpoint':
      return encodeAnswer(requestId, 'checkpoint', (await ledger.checkpoint()).text)
    case 'entries': {
      requireEntryRange(request.from, request.limit)
      const page = await readPage(ledger, request.from, Math.min(request.limit, MAX_PAGE_ENTRIES))
      return encodeAnswer(requestId, 'entries', page)
    }
    case 'inclusion':
      return encodeAnswer(
        requestId,
        'inclusion',
        await ledger.proveInclusion(request.index, request.treeSize),
      )
    case 'consistency': {
      const { firstSize, secondSize } = request
      return encodeAnswer(requestId, 'consistency', await ledger.proveConsistency(firstSize, secondSize))
    }
    case 'cosign':
      return encodeAnswer(requestId, 'cosign', await ledger.cosign(request.note))
    case 'balance':
      if (request.partyId !== peer) fail('ERR_LEDGER_SEALED', 'expected to be asked for the own points')
      return encodeAnswer(requestId, 'balance', await ledger.balance(request.partyId))
  }
}

/** Reads piece by piece: entries may be large, and a page that is cut afterwards would cost all of them. */
async function readPage(ledger: Ledger, from: number, limit: number): Promise<StoredEntry[]> {
  const page: StoredEntry[] = []
  let bytes = 0
  while (page.length < limit) {
    const wanted = Math.min(PIECE_ENTRIES, limit - page.length)
    const piece = await ledger.entries(from + page.length, wanted)
    for (const stored of piece) {
      page.push(stored)
      bytes += stored.bytes.length + stored.receiptSignature.length
      if (bytes >= MAX_PAGE_BYTES) return page
    }
    if (piece.length < wanted) break
  }
  return page
}

/** A peer learns the code, and of points errors the figures that are its own; the rest stays at home. */
function refuse(requestId: number, error: unknown): Uint8Array {
  if (!(error instanceof MixunError)) {
    return encodeRefusal(requestId, { code: 'ERR_INTERNAL', required: null, available: null })
  }
  const figure = (name: string): number | null => {
    const value = error.code.startsWith('ERR_POINTS_') ? error.details[name] : null
    return typeof value === 'number' ? value : null
  }
  return encodeRefusal(requestId, {
    code: error.code,
    required: figure('required'),
    available: figure('available'),
  })
}
