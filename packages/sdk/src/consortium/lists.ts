import { existsSync, readFileSync } from 'node:fs'
import { compareBytes } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { ListPayload } from '@mixun/ledger-adapter/ledger'
import { type Home, writeFileDurably } from '../home/index.ts'
import type { Consortium } from './consortium.ts'
import { download } from './download.ts'
import { decodePublicList } from './public-list.ts'
import { SharedWork } from './shared-work.ts'

/** Largest public list that is fetched: 64 MiB. */
const MAX_LIST_BYTES = 67_108_864

/** A list by subject, for look-ups. */
type ListEntries = ReadonlyMap<string, Uint8Array>

/** The public class A lists this home holds: whole copies, checked against the digest that their provider signed. */
export class ListStore {
  readonly #home: Home
  readonly #held = new Map<string, ListEntries>()
  readonly #work = new SharedWork<ListEntries>()

  constructor(home: Home) {
    this.#home = home
  }

  /**
   * The packed records of `subject` on the list; nobody is asked and nothing is recorded.
   *
   * @throws ERR_VERIFY_ROOT when the provider sends another list, and what the download throws
   */
  async find(
    list: ListPayload,
    subject: Uint8Array,
    consortium: Consortium,
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    return (await this.get(list, consortium, signal)).get(key(subject))
  }

  /** The whole list: from memory, from the home folder, or from its provider. @throws as {@link ListStore.find} */
  async get(list: ListPayload, consortium: Consortium, signal?: AbortSignal): Promise<ListEntries> {
    const file = this.#home.paths.list(list.provider, list.version)
    return this.#held.get(file) ?? this.#work.run(file, () => this.#load(file, list, consortium), signal)
  }

  async #load(file: string, list: ListPayload, consortium: Consortium): Promise<ListEntries> {
    const { suite } = this.#home.identity
    const isListed = (content: Uint8Array) => compareBytes(suite.hash(content), list.digest) === 0
    let content: Uint8Array | undefined = existsSync(file) ? readFileSync(file) : undefined
    // A file that was damaged here counts as not held.
    if (content === undefined || !isListed(content)) {
      const { provider, class: className, version: epoch } = list
      content = await download(consortium, {
        protocol: 'list-sync',
        dataset: { provider, class: className, epoch },
        maxBytes: MAX_LIST_BYTES,
      })
      if (!isListed(content)) {
        fail('ERR_VERIFY_ROOT', `expected the public list of ${provider} with the digest on the ledger`)
      }
      writeFileDurably(file, content)
    }
    const entries = new Map(decodePublicList(content).map(entry => [key(entry.subject), entry.payload]))
    this.#held.set(file, entries)
    return entries
  }
}

const key = (subject: Uint8Array) => Buffer.from(subject).toString('latin1')
