import type { EntryOf } from './payloads.ts'
import type { RecordedPartyLog } from './registry-view.ts'

/** The newest head of each member's party log, and where a lost one began anew. */
export class PartyLogs {
  readonly #heads = new Map<string, RecordedPartyLog>()

  head(partyId: string): RecordedPartyLog | undefined {
    return this.#heads.get(partyId)
  }

  apply(entry: EntryOf<'party-log-anchored'> | EntryOf<'party-log-reset'>, index: number): void {
    const { createdAt: anchoredAt, payload } = entry
    const { size, root } = payload
    const isReset = entry.kind === 'party-log-reset'
    const partyId = isReset ? entry.payload.partyId : entry.author
    const resetIndex = isReset ? index : (this.head(partyId)?.resetIndex ?? null)
    this.#heads.set(partyId, { size, root, index, anchoredAt, resetIndex })
  }
}
