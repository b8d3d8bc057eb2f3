import { toHex } from '@mixun/core/bytes'
import type { EntryOf, TablePayload } from './payloads.ts'
import type { RecordedVersion } from './registry-view.ts'

/** What the entries so far say of sealed tables: every epoch and version, keys that are gone, whose leaves were sampled, and who attested what. */
export class RecordedTables {
  /** By provider, class and epoch, at the latest version. */
  readonly #epochs = new Map<string, TablePayload>()
  readonly #versions = new Map<string, RecordedVersion[]>()
  /** By provider and class. */
  readonly #current = new Map<string, TablePayload>()
  readonly #evaluationKeys = new Set<string>()
  readonly #destroyedKeys = new Set<string>()
  readonly #sampled = new Set<string>()
  readonly #attesters = new Map<string, Set<string>>()

  allCurrent(): TablePayload[] {
    return [...this.#current.values()]
  }

  current(provider: string, recordClass: string): TablePayload | undefined {
    return this.#current.get(`${provider}/${recordClass}`)
  }

  table(provider: string, recordClass: string, epoch: number): TablePayload | undefined {
    return this.#epochs.get(`${provider}/${recordClass}/${epoch}`)
  }

  /** The latest version when none is named. */
  version(
    provider: string,
    recordClass: string,
    epoch: number,
    version?: number,
  ): RecordedVersion | undefined {
    return this.#versions.get(`${provider}/${recordClass}/${epoch}`)?.at(version ?? -1)
  }

  hasEvaluationKey(publicKey: Uint8Array): boolean {
    return this.#evaluationKeys.has(toHex(publicKey))
  }

  isKeyDestroyed(provider: string, recordClass: string, epoch: number): boolean {
    return this.#destroyedKeys.has(`${provider}/${recordClass}/${epoch}`)
  }

  isSampled(provider: string, recordClass: string, epoch: number): boolean {
    return this.#sampled.has(`${provider}/${recordClass}/${epoch}`)
  }

  attesters(provider: string, recordClass: string, epoch: number): ReadonlySet<string> {
    return this.#attesters.get(`${provider}/${recordClass}/${epoch}`) ?? new Set()
  }

  add({ payload, createdAt }: EntryOf<'table'>, index: number): void {
    const { provider, class: recordClass, epoch, version, rowCount, root } = payload
    const name = `${provider}/${recordClass}/${epoch}`
    const versions = this.#versions.get(name) ?? []
    versions.push({ version, rowCount, root, index, createdAt })
    this.#versions.set(name, versions)
    this.#evaluationKeys.add(toHex(payload.publicKey))
    this.#epochs.set(name, payload)
    this.#current.set(`${provider}/${recordClass}`, payload)
  }

  destroyKey({ payload: { provider, class: recordClass, epoch } }: EntryOf<'key-destroyed'>): void {
    this.#destroyedKeys.add(`${provider}/${recordClass}/${epoch}`)
  }

  sample({ payload: { provider, class: recordClass, epoch } }: EntryOf<'leaf-sample'>): void {
    this.#sampled.add(`${provider}/${recordClass}/${epoch}`)
  }

  attest({ author, payload }: EntryOf<'table-attested'>): void {
    const name = `${payload.provider}/${payload.class}/${payload.epoch}`
    const attesters = this.#attesters.get(name) ?? new Set<string>()
    this.#attesters.set(name, attesters.add(author))
  }
}
