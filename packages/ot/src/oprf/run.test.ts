import { toHex, utf8 } from '@mixun/core/bytes'
import { expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { serveOrRefuse, sessionPair } from '../testing/sessions.ts'
import { encodePublicKey, generateKeyPair } from './keys.ts'
import { evaluateInput } from './output.ts'
import { type OprfMode, oprfRistretto255Sha512 as suite } from './params.ts'
import { runOprfClient, runOprfServer } from './run.ts'

const key = generateKeyPair(suite, seededRandom('run'))
const publicKey = encodePublicKey(suite, key.publicKey)
const inputs = [utf8('one'), utf8('two')]

describe.each(['oprf', 'voprf'] as const)('a session of %s', mode => {
  it('gives the client F(k, x) in two frames', async () => {
    const { client, server } = await sessionPair({ protocol: mode, parameters: suite.id })
    const serving = runOprfServer(server, { suite, mode, key })
    const outputs = await runOprfClient(client, { suite, mode, inputs, publicKey })
    await serving
    expect(outputs.map(toHex)).toEqual(
      inputs.map(input => toHex(evaluateInput(suite, mode, key.secretKey, input))),
    )
    // The hello and one message each way.
    expect(client.counters).toMatchObject({ sentFrames: 2, receivedFrames: 2 })
  })
})

describe('failures', () => {
  const open = (mode: OprfMode) => sessionPair({ protocol: mode, parameters: suite.id })

  it('a server with another key is refused', async () => {
    const { client, server } = await open('voprf')
    const other = generateKeyPair(suite, seededRandom('other'))
    const serving = runOprfServer(server, { suite, mode: 'voprf', key: other })
    const running = runOprfClient(client, { suite, mode: 'voprf', inputs, publicKey })
    await expectCodeAsync('ERR_VERIFY_DLEQ', running)
    await serving
  })

  it('more inputs than one proof is good for are not sent: ERR_INPUT_PROOF_BATCH', async () => {
    const { client } = await open('voprf')
    const options = { suite, mode: 'voprf', inputs: [...inputs, utf8('three')], publicKey } as const
    await expectCodeAsync('ERR_INPUT_PROOF_BATCH', runOprfClient(client, options))
    // The hello only.
    expect(client.counters.sentFrames).toBe(1)
  })

  it('an identity element is refused with its code', async () => {
    const { client, server } = await open('voprf')
    await client.send(Uint8Array.of(0, 1, ...new Uint8Array(32)))
    const error = await serveOrRefuse(server, runOprfServer(server, { suite, mode: 'voprf', key }))
    await expectCodeAsync('ERR_DECODE_ELEMENT', Promise.reject(error))
    const refusal = await expectCodeAsync('ERR_PEER_REFUSED', client.receive())
    expect(refusal.details.peerCode).toBe('ERR_DECODE_ELEMENT')
  })

  it('a session of another mode or suite is refused on both sides', async () => {
    const { client, server } = await open('oprf')
    const running = runOprfClient(client, { suite, mode: 'voprf', inputs, publicKey })
    await expectCodeAsync('ERR_SESSION_PROTOCOL', running)
    await expectCodeAsync('ERR_SESSION_PROTOCOL', runOprfServer(server, { suite, mode: 'voprf', key }))
  })
})
