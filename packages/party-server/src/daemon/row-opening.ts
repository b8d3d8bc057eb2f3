import { fail } from '@mixun/core/errors'
import type { OprfSuite } from '@mixun/ot/oprf'
import { ROW_OPENING_PROTOCOL, rowOpeningParametersOf, runRowOpeningServer } from '@mixun/ot/row-opening'
import { type ProviderParts, requirePublished, type Service } from './services.ts'

/** Longest opening, in milliseconds: two frames. */
const MAX_OPENING_MS = 60_000

/**
 * Authenticity verification: what this party's table holds about the subject of an inquiry that it answered, for its
 * inquirer, as long as the key of the epoch is there.
 */
export function rowOpeningService(parts: ProviderParts, oprf: OprfSuite): Service {
  return {
    protocol: ROW_OPENING_PROTOCOL,
    parameters: [rowOpeningParametersOf(oprf).id],
    maxSessionMs: MAX_OPENING_MS,
    admit: async hello => {
      const table = await requirePublished(parts, hello)
      const { provider, class: className, epoch } = table
      if (parts.view.registry.isKeyDestroyed(provider, className, epoch)) {
        fail('ERR_ROW_OPENING_REFUSED', `the key of class ${className}, epoch ${epoch} was destroyed`)
      }
      return session =>
        runRowOpeningServer(session, {
          oprf,
          key: parts.tables.key(table),
          admit: intentId => recordedElement(parts, intentId),
          beforeEvaluate: async intentId => {
            const event = { inquirer: hello.sender, class: className, epoch, sessionId: session.id, intentId }
            parts.log.rowOpened({ ...event, requestDigest: null, code: null })
          },
        })
    },
  }
}

/** T of an intent on record; whose it is, and that it was evaluated here, the log says. @throws ERR_ROW_OPENING_REFUSED */
async function recordedElement({ view }: ProviderParts, intentId: Uint8Array): Promise<Uint8Array> {
  // It was answered on its receipt and may not have reached this daemon's view yet.
  if (view.registry.intent(intentId) === undefined) await view.refresh()
  const recorded = view.registry.intent(intentId)
  if (recorded === undefined) return fail('ERR_ROW_OPENING_REFUSED', 'expected an intent on record')
  const endedAt = view.registry.intentEndedAt(intentId)
  if (endedAt !== undefined) fail('ERR_CONSENT_WITHDRAWN', `the consent was withdrawn by entry ${endedAt}`)
  return recorded.intent.element
}
