import { packRecords } from '@mixun/core/domain'
import type { Appended, ListPayload, Registry } from '@mixun/ledger-adapter/ledger'
import { encodePublicList } from '@mixun/sdk/consortium'
import { type Home, writeFileDurably } from '@mixun/sdk/home'
import type { ApprovedRecord } from '../stores/stored-record.ts'
import { bySubject } from './by-subject.ts'
import type { PublicationLine } from './publication-line.ts'

/** Room for all penalties of one subject on the list, in bytes. */
const MAX_PAYLOAD_BYTES = 65_535

/** Publishes the public class A penalties as a list whose digest the association signs on the ledger. */
export async function publishList(
  home: Home,
  records: Iterable<ApprovedRecord>,
  registry: Registry,
  append: (kind: 'list', payload: ListPayload) => Promise<Appended>,
): Promise<PublicationLine> {
  const { partyId: provider, suite } = home.identity
  const entries = [...bySubject(records)]
  const content = encodePublicList(
    entries.map(({ subject, records: all }) => ({
      subject: subject.encode(),
      payload: packRecords(all, MAX_PAYLOAD_BYTES, 1)[0] as Uint8Array,
    })),
  )
  const version = (registry.currentList(provider)?.version ?? 0) + 1
  writeFileDurably(home.paths.list(provider, version), content)
  const { receipt } = await append('list', {
    provider,
    class: 'A',
    version,
    count: entries.length,
    digest: suite.hash(content),
  })
  return {
    class: 'A',
    kind: 'list',
    epoch: version,
    rows: entries.length,
    subjects: entries.length,
    records: entries.reduce((sum, entry) => sum + entry.records.length, 0),
    ledgerIndex: receipt.index,
  }
}
