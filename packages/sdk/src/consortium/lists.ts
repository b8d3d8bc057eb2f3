import { existsSync, readFileSync } from 'node:fs'
import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { ListPayload } from '@mixun/ledger-adapter/ledger'
import { runTableSyncClient, tableSyncParameters } from '@mixun/ot/table-sync'
import { type Home, writeFileDurably } from '../home/index.ts'
import type { Consortium } from './consortium.ts'
import { decodePublicList } from './public-list.ts'

/** Largest public list that is fetched: 64 MiB. */
const MAX_LIST_BYTES = 67_108_864

/** The public class A lists this home holds: whole copies, checked against the digest that their provider signed. */
export class ListStore {
  readonly #home: Home
  readonly #held = new Map<string, Map<string, Uint8Array>>()

  constructor(home: Home) {
    this.#home = home
  }

  /** The packed records of `subject` on the list; nobody is asked and nothing is recorded. */
  async find(
    list: ListPayload,
    subject: Uint8Array,
    consortium: Consortium,
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const entries = await this.#get(list, consortium, signal)
    return entries.get(key(subject))
  }

  async #get(list: ListPayload, consortium: Consortium, signal: AbortSignal | undefined) {
    const file = this.#home.paths.list(list.provider, list.version)
    const held = this.#held.get(file)
    if (held !== undefined) return held
    const stored = existsSync(file) ? readFileSync(file) : undefined
    const content = stored ?? (await download(list, consortium, signal))
    if (compareBytes(consortium.home.identity.suite.hash(content), list.digest) !== 0) {
      fail('ERR_VERIFY_ROOT', `expected the public list of ${list.provider} with the digest on the ledger`)
    }
    if (stored === undefined) writeFileDurably(file, content)
    const entries = new Map(decodePublicList(content).map(entry => [key(entry.subject), entry.payload]))
    this.#held.set(file, entries)
    return entries
  }
}

async function download(
  list: ListPayload,
  consortium: Consortium,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const session = await consortium.openSession(list.provider, {
    protocol: 'list-sync',
    parameters: tableSyncParameters.id,
    dataset: { provider: list.provider, class: list.class, epoch: list.version },
    ...(signal === undefined ? {} : { signal }),
  })
  return runTableSyncClient(session, { maxBytes: MAX_LIST_BYTES })
}

const key = (subject: Uint8Array) => Buffer.from(subject).toString('latin1')
