import { type DefaultRecord, type RecordClass, unpackRecords } from '@mixun/core/domain'
import { MixunError } from '@mixun/core/errors'
import type { CheckParts } from './check-options.ts'
import type { MissingParty } from './verdict.ts'

/** What the firm itself published about a subject. */
export function ownRecords(
  { ownRecords: own }: Pick<CheckParts, 'ownRecords'>,
  classes: readonly RecordClass[],
  input: Uint8Array,
): DefaultRecord[] {
  return classes.flatMap(each => {
    const payloads = own.find(each, input)
    return payloads.length === 0 ? [] : unpackRecords(payloads)
  })
}

/** Public class A penalties: matched against the local copy of the signed list, nobody is asked. */
export async function publicRecords(
  parts: CheckParts,
  classes: readonly RecordClass[],
  input: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<{ records: DefaultRecord[]; missing: MissingParty[] }> {
  const { consortium, lists } = parts
  const provider = consortium.anchor.association.partyId
  const list = classes.includes('A') ? consortium.registry.currentList(provider) : undefined
  if (list === undefined) return { records: [], missing: [] }
  try {
    const payload = await lists.find(list, input, consortium, signal)
    return { records: payload === undefined ? [] : unpackRecords([payload]), missing: [] }
  } catch (error) {
    if (!(error instanceof MixunError)) throw error
    return { records: [], missing: [{ party: provider, class: 'A', code: error.code }] }
  }
}
