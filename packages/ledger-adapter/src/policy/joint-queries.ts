import { compareBytes, toHex, utf8 } from '@mixun/core/bytes'
import { chinaDateOf, type IsoDate } from '@mixun/core/domain'
import type { Suite } from '@mixun/core/suite'
import type {
  JointIntentPayload,
  JointRulesPayload,
  JointTablePayload,
  TypedEntry,
} from '../ledger/payloads.ts'
import type { JointTableRef } from '../ledger/payloads/joint.ts'

/** When joint queries are answered and what they cost, as the newest `joint-rules` entry says. */
export type JointRules = JointRulesPayload

/** Version 1: ten firms, ten minutes, five points a firm. */
export const BUILT_IN_JOINT_RULES: JointRules = Object.freeze({
  version: 1,
  minFirms: 10,
  missingAfterSeconds: 600,
  pricePerFirm: 5,
})

/** A joint query as the ledger has it. */
export interface RecordedJointIntent {
  readonly intent: JointIntentPayload
  /** Unix milliseconds, by the inquirer's clock. */
  readonly createdAt: number
  /** Index of the intent's entry: keys that members had on record before it are those of the query. */
  readonly index: number
  /** Null where it is sealed to others. */
  readonly consentId: Uint8Array | null
  /** Open until its outcome: opened, once all firms stand ready, or void. */
  readonly state: 'open' | 'opened' | 'void'
  /** The firm for which it is void; null else. */
  readonly missing: string | null
  /** What every provider signed when its part was ready, once it is opened: encoded receipts by provider. */
  readonly ready: ReadonlyMap<string, Uint8Array>
}

/** Digest of a commitment to a joint table, as intents name it. */
export function jointTableDigest(
  suite: Suite,
  { commitment }: Pick<JointTablePayload, 'commitment'>,
): Uint8Array {
  return suite.hash(utf8('mixun-joint-commitment\0'), commitment)
}

/**
 * The fold of joint tables, joint queries and their ends, as far as this party reads them. Unlike other inquiries they
 * are kept in memory, and a ledger's file is read for them when it is opened.
 */
export class JointQueries {
  #rules: JointRules = BUILT_IN_JOINT_RULES
  /** By provider and data set. */
  readonly #tables = new Map<string, JointTablePayload>()
  readonly #newest = new Map<string, number>()
  /** By provider and version. */
  readonly #versions = new Map<string, JointTablePayload>()
  readonly #indexes = new Map<string, number>()
  readonly #keys = new Set<string>()
  /** Queries by inquirer, purpose and day, and by inquirer, provider and version. */
  readonly #counts = new Map<string, number>()
  readonly #intents = new Map<string, RecordedJointIntent>()

  get rules(): JointRules {
    return this.#rules
  }

  /** The newest version of every provider's table of a data set, ascending by provider. */
  tables(dataset: string): JointTablePayload[] {
    const tables = [...this.#tables.values()].filter(table => table.dataset === dataset)
    return tables.toSorted((a, b) => (a.provider < b.provider ? -1 : 1))
  }

  /** Every newest joint table. */
  allTables(): JointTablePayload[] {
    return [...this.#tables.values()]
  }

  table(provider: string, dataset: string): JointTablePayload | undefined {
    return this.#tables.get(`${provider}/${dataset}`)
  }

  /** A version of a provider's joint tables, newest or not. */
  version(provider: string, version: number): JointTablePayload | undefined {
    return this.#versions.get(`${provider}/${version}`)
  }

  /** The newest version that a provider gave to any of its joint tables; 0 before the first. */
  newestVersion(provider: string): number {
    return this.#newest.get(provider) ?? 0
  }

  hasEvaluationKey(publicKey: Uint8Array): boolean {
    return this.#keys.has(toHex(publicKey))
  }

  /** Every query so far that this party reads, in the order of the ledger. */
  intents(): RecordedJointIntent[] {
    return [...this.#intents.values()]
  }

  intent(intentId: Uint8Array): RecordedJointIntent | undefined {
    return this.#intents.get(toHex(intentId))
  }

  /** The queries that are known to rest on a consent, in the order of the ledger. */
  under(consentId: Uint8Array): RecordedJointIntent[] {
    return [...this.#intents.values()].filter(
      recorded => recorded.consentId !== null && compareBytes(recorded.consentId, consentId) === 0,
    )
  }

  /** Uses of a consent by joint queries: those that were opened, or may be at this time. */
  uses(consentId: Uint8Array, at: number): number {
    return this.under(consentId).filter(recorded => isLive(recorded, at)).length
  }

  /** Whether a void query was asked again already. */
  isReplaced(intentId: Uint8Array): boolean {
    return [...this.#intents.values()].some(
      ({ intent }) => intent.replaces !== null && compareBytes(intent.replaces, intentId) === 0,
    )
  }

  /** The firms that were missing from a void query and from those that it replaced. */
  missingFrom(intentId: Uint8Array): Set<string> {
    const missing = new Set<string>()
    for (let recorded = this.intent(intentId); recorded !== undefined; ) {
      if (recorded.missing !== null) missing.add(recorded.missing)
      const { replaces } = recorded.intent
      recorded = replaces === null ? undefined : this.intent(replaces)
    }
    return missing
  }

  /** Joint queries of a firm for a purpose on a day in China. */
  countOn(inquirer: string, purpose: string, day: IsoDate): number {
    return this.#counts.get(`${inquirer}/${purpose}/${day}`) ?? 0
  }

  /** Joint queries of a firm that asked this version of a provider's table. */
  countOf(inquirer: string, { provider, version }: Pick<JointTableRef, 'provider' | 'version'>): number {
    return this.#counts.get(`${inquirer}/${provider}/${version}`) ?? 0
  }

  /** Index of the entry that this version of a provider's joint tables came with; undefined without one. */
  indexOf({ provider, version }: Pick<JointTableRef, 'provider' | 'version'>): number | undefined {
    return this.#indexes.get(`${provider}/${version}`)
  }

  /** @param index of the entry */
  apply(entry: TypedEntry, index: number): void {
    if (entry.kind === 'joint-rules') this.#rules = entry.payload
    else if (entry.kind === 'joint-table') {
      const { provider, dataset, version, publicKey } = entry.payload
      this.#tables.set(`${provider}/${dataset}`, entry.payload)
      this.#newest.set(provider, version)
      this.#versions.set(`${provider}/${version}`, entry.payload)
      this.#indexes.set(`${provider}/${version}`, index)
      this.#keys.add(toHex(publicKey))
    } else if (entry.kind === 'joint-intent') {
      const { payload: intent, createdAt, basis } = entry
      const consentId = basis?.consentId ?? null
      const open = { state: 'open' as const, missing: null, ready: new Map() }
      this.#intents.set(toHex(intent.intentId), { intent, createdAt, index, consentId, ...open })
      this.#count(`${intent.purpose}/${chinaDateOf(createdAt)}`, intent)
      for (const { provider, version } of intent.tables) this.#count(`${provider}/${version}`, intent)
    } else if (entry.kind === 'joint-outcome') {
      const { intentId, missing, ready } = entry.payload
      const recorded = this.intent(intentId)
      if (recorded === undefined) return
      const signed = new Map(ready.map(({ provider, statement }) => [provider, statement]))
      const state = missing === null ? ('opened' as const) : ('void' as const)
      const end = { state, missing: missing?.provider ?? null, ready: signed }
      this.#intents.set(toHex(intentId), { ...recorded, ...end })
    }
  }

  #count(what: string, { inquirer }: JointIntentPayload): void {
    const name = `${inquirer}/${what}`
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }
}

/** Whether a query was opened, or may still be at this time. */
export function isLive({ state, intent }: RecordedJointIntent, at: number): boolean {
  return state === 'opened' || (state === 'open' && intent.expiresAt >= at)
}

/** Whether two queries ask any table in one and the same version. */
export function shareTable(a: readonly JointTableRef[], b: readonly JointTableRef[]): boolean {
  const names = new Set(a.map(({ provider, version }) => `${provider}/${version}`))
  return b.some(({ provider, version }) => names.has(`${provider}/${version}`))
}
