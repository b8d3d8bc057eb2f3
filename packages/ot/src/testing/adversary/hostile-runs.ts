import { MixunError } from '@mixun/core/errors'
import type { Gf2KernelFactory } from '@mixun/core/gf2'
import type { Session } from '@mixun/core/session'
import { runBaseOtReceiver, runBaseOtSender } from '../../base-ot/index.ts'
import {
  OT_EXTENSION_PROTOCOL,
  otExtensionParametersById,
  type ReceiverSetup,
  type SenderSetup,
  setUpOtReceiver,
  setUpOtSender,
} from '../../ot-extension/index.ts'
import { openOtReceiver, openOtSender } from '../../oblivious-transfer/index.ts'
import { dealtSetups } from '../dealt-setups.ts'
import { sessionPair } from '../sessions.ts'
import { type FrameAttack, hostileSession } from './hostile-session.ts'

/** What the adversary kit is run against. */
export interface OtImplementation {
  readonly name: string
  /** Id of the parameters of the extension. */
  readonly parameters: string
  readonly makeKernel: Gf2KernelFactory
}

interface Halves {
  readonly sender: SenderSetup
  readonly receiver: ReceiverSetup
}

/** One protocol with both its roles, as something to attack. */
interface AttackedProtocol {
  readonly protocol: string
  readonly sender: (session: Session, implementation: OtImplementation, setups: Halves) => Promise<unknown>
  readonly receiver: (session: Session, implementation: OtImplementation, setups: Halves) => Promise<unknown>
  /** Frames that each role sends. */
  readonly frames: { readonly sender: number; readonly receiver: number }
}

const CHOICES = Uint8Array.of(0b101)
const MESSAGES = new Uint8Array(48).fill(9)

/** Every protocol of oblivious transfer in this package. */
export const ATTACKED: Readonly<Record<string, AttackedProtocol>> = {
  'base OT': {
    protocol: 'base-ot',
    sender: session => runBaseOtSender(session, 3),
    receiver: session => runBaseOtReceiver(session, 3, CHOICES),
    frames: { sender: 1, receiver: 1 },
  },
  setup: {
    protocol: OT_EXTENSION_PROTOCOL,
    sender: session => setUpOtSender(session),
    receiver: session => setUpOtReceiver(session),
    frames: { sender: 1, receiver: 2 },
  },
  'random OT': {
    protocol: OT_EXTENSION_PROTOCOL,
    sender: async (session, { makeKernel }, { sender }) => {
      const end = await openOtSender(session, sender, { makeKernel })
      for await (const { count } of end.random(300)) if (count < 1) return
    },
    receiver: async (session, { makeKernel }, { receiver }) => {
      const end = await openOtReceiver(session, receiver, { makeKernel })
      for await (const { count } of end.random(300)) if (count < 1) return
    },
    frames: { sender: 0, receiver: 3 },
  },
  'correlated OT': {
    protocol: OT_EXTENSION_PROTOCOL,
    sender: async (session, { makeKernel }, { sender }) =>
      await (await openOtSender(session, sender, { makeKernel })).correlated(MESSAGES.slice(32), 3),
    receiver: async (session, { makeKernel }, { receiver }) =>
      await (await openOtReceiver(session, receiver, { makeKernel })).correlated(CHOICES, 3),
    frames: { sender: 1, receiver: 3 },
  },
  'chosen OT': {
    protocol: OT_EXTENSION_PROTOCOL,
    sender: async (session, { makeKernel }, { sender }) =>
      await (await openOtSender(session, sender, { makeKernel })).chosen(MESSAGES, MESSAGES, 16),
    receiver: async (session, { makeKernel }, { receiver }) =>
      await (await openOtReceiver(session, receiver, { makeKernel })).chosen(CHOICES, 3, 16),
    frames: { sender: 1, receiver: 3 },
  },
  'one of many': {
    protocol: OT_EXTENSION_PROTOCOL,
    sender: async (session, { makeKernel }, { sender }) =>
      await (await openOtSender(session, sender, { makeKernel })).oneOfMany([MESSAGES], 16),
    receiver: async (session, { makeKernel }, { receiver }) =>
      await (await openOtReceiver(session, receiver, { makeKernel })).oneOfMany([2], 3, 16),
    frames: { sender: 1, receiver: 3 },
  },
}

/**
 * Runs a protocol in which one role attacks its frame `nth`: the code that the other side stopped with, or `done` where it
 * noticed nothing.
 */
export async function outcomeOf(
  implementation: OtImplementation,
  name: keyof typeof ATTACKED,
  hostile: 'sender' | 'receiver',
  nth: number,
  attack: FrameAttack,
): Promise<string> {
  const { protocol, sender, receiver } = ATTACKED[name] as AttackedProtocol
  const parameters = { ...otExtensionParametersById(implementation.parameters), chunkCount: 256 }
  const setups = dealtSetups(parameters, `${name} ${hostile} ${nth} ${attack}`)
  const timeout = AbortSignal.timeout(attack === 'stall' ? 150 : 20_000)
  const { client, server } = await sessionPair({
    protocol,
    parameters: name === 'base OT' ? 'baseot_mrr21_ristretto255' : implementation.parameters,
    signal: timeout,
  })
  const attacking = hostileSession(hostile === 'sender' ? client : server, nth, attack)
  const running =
    hostile === 'sender'
      ? [sender(attacking, implementation, setups), receiver(server, implementation, setups)]
      : [receiver(attacking, implementation, setups), sender(client, implementation, setups)]
  const [adversary, honest] = running as [Promise<unknown>, Promise<unknown>]
  const outcome = await honest.then(() => 'done', codeOf)
  // The honest side stops; the other may wait for what never comes.
  client.abort()
  server.abort()
  await adversary.catch(() => {})
  return outcome
}

function codeOf(error: unknown): string {
  if (error instanceof MixunError) return error.code
  throw error
}
