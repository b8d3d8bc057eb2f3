import { fail } from '@mixun/core/errors'
import type { EntryOf, IntentPayload } from '../payloads.ts'
import { askedKey } from '../payloads/fields.ts'
import type { RegistryView } from '../registry-view.ts'

/**
 * How long before the intent the next version may have come, in milliseconds: the clocks of two parties may differ by
 * four minutes, and an inquirer waits for cosignatures before it asks.
 */
const MAX_SUPERSEDED_MS = 300_000

/**
 * Versions on record, and of an ordinary intent those of its time. One that was bought in advance was used while others
 * may have come in.
 */
export function checkVersions(registry: RegistryView, { payload, createdAt }: EntryOf<'intent'>): void {
  payload.asked.forEach(({ provider, class: recordClass, epoch }, i) => {
    const version = payload.versions[i] as number
    const next = registry.tableVersion(provider, recordClass, epoch, version + 1)
    const isSuperseded =
      !payload.isBought && next !== undefined && next.createdAt < createdAt - MAX_SUPERSEDED_MS
    if (registry.tableVersion(provider, recordClass, epoch, version) === undefined || isSuperseded) {
      fail(
        'ERR_EPOCH_STALE',
        `${provider}, class ${recordClass}: expected a current version, found ${version}`,
        {
          details: { provider, class: recordClass, epoch, version },
        },
      )
    }
  })
}

/** The classes of the intent, every active provider of them and its current table, within the budgets. */
export function checkAsked(
  registry: RegistryView,
  { payload: intent, createdAt }: EntryOf<'intent'> | EntryOf<'intent-bought'>,
): void {
  if (!intent.asked.every(table => intent.classes.includes(table.class))) {
    fail('ERR_CONSENT_SCOPE', 'expected tables of the classes of the intent')
  }
  for (const { provider, class: recordClass, epoch } of intent.asked) {
    const current = registry.currentTable(provider, recordClass)
    if (current?.epoch !== epoch || registry.member(provider)?.status !== 'active') {
      fail(
        'ERR_EPOCH_STALE',
        `${provider}, class ${recordClass}: expected epoch ${current?.epoch ?? 'none'}, found ${epoch}`,
        { details: { provider, class: recordClass, epoch, currentEpoch: current?.epoch ?? null } },
      )
    }
  }
  checkAsksAll(registry, intent)
  registry.policy.budgets.check(intent, createdAt)
}

/** Asking one firm alone would say "he is your client": an inquiry asks every active provider of its classes. */
function checkAsksAll(
  registry: RegistryView,
  intent: Pick<IntentPayload, 'classes' | 'inquirer' | 'asked'>,
): void {
  const providers = registry
    .currentTables()
    .filter(table => intent.classes.includes(table.class) && table.provider !== intent.inquirer)
    .filter(table => registry.member(table.provider)?.status === 'active')
  const asked = new Set(intent.asked.map(askedKey))
  const left = providers.filter(table => !asked.has(askedKey(table)))
  if (left.length > 0) {
    fail('ERR_INTENT_SELECTIVE', `expected all ${providers.length} tables of the classes to be asked`, {
      details: { expected: providers.length, asked: intent.asked.length },
    })
  }
}

/** @throws ERR_LEDGER_AUTHOR */
export function requireInquirer(author: string, inquirer: string): void {
  if (author !== inquirer)
    fail('ERR_LEDGER_AUTHOR', `expected an entry of ${inquirer}, found one of ${author}`)
}
