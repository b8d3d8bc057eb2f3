import { spawn } from 'node:child_process'
import { execPath } from 'node:process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { concat, fromHex, toHex, utf8 } from '@mixun/core/bytes'
import type { Channel, TlsMaterial } from '@mixun/core/channel'
import { serveGrpc } from '@mixun/core/channel/grpc'
import { acceptSession } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { bitAt } from '@mixun/ot/base-ot'
import { openOtSender } from '@mixun/ot/oblivious-transfer'
import { setUpOtSender } from '@mixun/ot/ot-extension'
import { expect, it } from 'vitest'
import {
  type Authority,
  createAuthority,
  generateTlsKeys,
  issueCertificate,
  privateKeyToPem,
} from '../certificates/index.ts'
import { testIdentity } from './ot-identity.ts'

const PROGRAM = fileURLToPath(new URL('ot-over-grpc-process.ts', import.meta.url))
// More than a chunk: messages of half a MiB, the last of them short.
const COUNT = 70_001

async function materialOf(authority: Authority, partyId: string): Promise<TlsMaterial> {
  const keys = await generateTlsKeys()
  const certificate = await issueCertificate(authority, partyId, keys.publicKey, ['127.0.0.1'])
  return {
    ca: authority.certificate.toString('pem'),
    certificate: certificate.toString('pem'),
    key: await privateKeyToPem(keys.privateKey),
  }
}

it.each(['softspoken_k2_malicious', 'softspoken_k4_malicious'])(
  'oblivious transfer between two processes over gRPC and TLS: %s',
  async parameters => {
    const authority = await createAuthority('transfers')
    const arrived = Promise.withResolvers<Channel>()
    const tls = await materialOf(authority, 'cinda')
    const listener = await serveGrpc({ host: '127.0.0.1', port: 0, tls, onChannel: arrived.resolve })
    const child = spawn(execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      const output = text(child.stdout)
      const own = await materialOf(authority, 'galaxy')
      child.stdin.end(JSON.stringify({ port: listener.port, tls: own, parameters, count: COUNT }))
      const channel = await arrived.promise
      expect(channel.peerName).toBe('galaxy')
      const session = await acceptSession(channel, {
        identity: testIdentity('cinda'),
        member: id =>
          id === 'galaxy'
            ? { partyId: id, publicKey: testIdentity('galaxy').signingKey.publicKey }
            : undefined,
        offers: (_, id) => id === parameters,
      })
      const sender = await openOtSender(session, await setUpOtSender(session))
      const [zeros, ones]: [Uint8Array[], Uint8Array[]] = [[], []]
      for await (const ots of sender.random(COUNT)) {
        zeros.push(ots.zeros)
        ones.push(ots.ones)
      }
      await sender.chosen(utf8('zero0zero1zero2zero3'), utf8('one-0one-1one-2one-3'), 5)
      await session.close()
      const got = JSON.parse(await output) as Record<'choices' | 'messages' | 'chosen', string>
      const [choices, expected, second] = [fromHex(got.choices), concat(...zeros), concat(...ones)]
      for (let i = 0; i < COUNT; i++) {
        if (bitAt(choices, i) === 1) expected.set(second.subarray(16 * i, 16 * i + 16), 16 * i)
      }
      expect(got.messages).toBe(toHex(intl.hash(expected)))
      expect(got.chosen).toBe(toHex(utf8('zero0one-1one-2zero3')))
    } finally {
      child.kill()
      await listener.close(0)
    }
  },
)
