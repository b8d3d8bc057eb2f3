import { fail } from '@mixun/core/errors'
import { jointQueryParametersOf } from '@mixun/ot/joint-query'
import { OT_EXTENSION_PROTOCOL, setUpOtSender } from '@mixun/ot/ot-extension'
import type { JointSetups } from '@mixun/sdk/store'
import type { Home } from '@mixun/sdk/home'
import type { LedgerView } from './view.ts'
import type { Service } from './services.ts'

/** Longest setup, in milliseconds: base OTs of both sides. */
const MAX_SETUP_MS = 60_000

/** Base OTs with a firm, once, for the transfers of its joint queries; what they leave is kept sealed. */
export function otSetupService(home: Home, view: LedgerView, setups: JointSetups): Service {
  const { extension } = jointQueryParametersOf(home.identity.suite.id)
  return {
    protocol: OT_EXTENSION_PROTOCOL,
    parameters: [extension.id],
    maxSessionMs: MAX_SETUP_MS,
    admit: async ({ sender }) => {
      if (view.registry.member(sender)?.role !== 'firm') fail('ERR_PEER_IDENTITY', 'expected a member firm')
      return async session => setups.keep(sender, await setUpOtSender(session))
    },
  }
}
