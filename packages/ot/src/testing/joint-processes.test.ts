import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { execPath } from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { fromHex } from '@mixun/core/bytes'
import { openSession, type Session } from '@mixun/core/session'
import { expectCodeAsync } from '@mixun/core/testing'
import { afterEach, describe, expect, it } from 'vitest'
import {
  JOINT_QUERY_PROTOCOL,
  JOINT_THRESHOLD_PROTOCOL,
  runJointClient,
  runJointThresholdClient,
} from '../joint-query/index.ts'
import {
  decodeReceiverSetup,
  encodeReceiverSetup,
  OT_EXTENSION_PROTOCOL,
  type ReceiverSetup,
  setUpOtReceiver,
} from '../ot-extension/index.ts'
import { PROCESS_BOOKS, PROCESS_OUTPUT, testConsortium, testQuery, type TestFirm } from './joint-query.ts'
import { testIdentity } from './sessions.ts'
import { SocketChannel } from './socket-channel.ts'

const PROGRAM = fileURLToPath(new URL('joint-process.ts', import.meta.url))
const SEED = 'processes'
const children: ChildProcess[] = []
afterEach(() => children.splice(0).forEach(child => child.kill()))

const consortium = testConsortium(PROCESS_BOOKS, undefined, SEED)
const { query, secrets } = testQuery(consortium, 'zhang', { output: PROCESS_OUTPUT })

async function openWith(server: Server, party: string, protocol: string): Promise<Session> {
  const [socket] = (await once(server, 'connection')) as [Socket]
  const parameters =
    protocol === OT_EXTENSION_PROTOCOL ? consortium.parameters.extension : consortium.parameters
  return openSession(new SocketChannel(socket), {
    identity: testIdentity('galaxy'),
    peer: { partyId: party, publicKey: testIdentity(party).signingKey.publicKey },
    protocol,
    parameters: parameters.id,
  })
}

/** A process, the inquirer's half of a setup with it as it was stored, and a session that it will answer. */
async function prepare(party: string, which: string, protocol: string, ...mode: string[]) {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as { port: number }
  const child = spawn(execPath, [PROGRAM, String(port), which, SEED, ...mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const output = text(child.stdout)
  const preparing = await openWith(server, party, OT_EXTENSION_PROTOCOL)
  const stored = encodeReceiverSetup(await setUpOtReceiver(preparing))
  const session = await openWith(server, party, protocol)
  server.close()
  const setup: ReceiverSetup = decodeReceiverSetup(stored)
  return { session, setup, output }
}

const ask = async ({ party, table }: TestFirm, which: number, ...mode: string[]) => {
  const { session, setup, output } = await prepare(party, String(which), JOINT_QUERY_PROTOCOL, ...mode)
  const value = await runJointClient(session, { query, secrets, table, setup })
  const { share } = JSON.parse(await output) as { share: string }
  return { value, share: fromHex(share) }
}

describe('a joint query of five processes', () => {
  it('compares the total of three firms with a threshold, and nobody else knows it', async () => {
    const answers = []
    for (const [i, firm] of consortium.firms.entries()) answers.push(await ask(firm, i))
    const values = answers.map(({ value }) => value)
    const shares = new Map(answers.map(({ value, share }) => [value.provider, share]))
    const { session, setup, output } = await prepare('association', 'association', JOINT_THRESHOLD_PROTOCOL)
    const { isAtLeast } = await runJointThresholdClient(session, { query, values, shares, setup })
    expect(isAtLeast).toBe(true)
    expect(await output).toBe('{}\n')
    await session.close()
  })

  it('ends with ERR_CHANNEL_CLOSED when a firm vanishes before its answer', async () => {
    const [firm] = consortium.firms as [TestFirm]
    await expectCodeAsync('ERR_CHANNEL_CLOSED', ask(firm, 0, 'vanish'))
  })
})
