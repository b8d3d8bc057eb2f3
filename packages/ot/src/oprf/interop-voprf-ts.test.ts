import {
  deriveKeyPair as deriveTheirs,
  Evaluation,
  EvaluationRequest,
  Oprf,
  OPRFClient,
  OPRFServer,
  VOPRFClient,
  VOPRFServer,
} from '@cloudflare/voprf-ts'
import { CryptoNoble } from '@cloudflare/voprf-ts/crypto-noble'
import { concat, toHex, utf8 } from '@mixun/core/bytes'
import { systemRandom as random } from '@mixun/core/random'
import { expectCode } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { blind, finalize } from './client.ts'
import {
  decodeBlindRequest,
  decodeEvaluateResponse,
  encodeBlindRequest,
  encodeEvaluateResponse,
} from './codec.ts'
import { decodePublicKey, deriveKeyPair, encodePublicKey, encodeSecretKey } from './keys.ts'
import { evaluateInput } from './output.ts'
import { type OprfMode, type OprfSuite, oprfP256Sha256, oprfRistretto255Sha512 } from './params.ts'
import { evaluate, evaluateWithProof } from './server.ts'

type Theirs = 'ristretto255-SHA512' | 'P256-SHA256'

/** P-256 has the reference alone. */
const ANY_ARITHMETIC = { allowVariableTime: true }
const SEED = utf8('thirty-two bytes of a fixed seed')
const INFO = utf8('interoperability')
/** The empty input, short and long ones, and one twice. */
const INPUTS = ['', 'a', 'resident-id:990101199001010006', 'x'.repeat(300), 'a'].map(utf8)

const cases = [oprfRistretto255Sha512, oprfP256Sha256].flatMap(suite =>
  (['oprf', 'voprf'] as const).map(mode => ({ suite, mode, name: `${suite.identifier}, ${mode}` })),
)

/** Both implementations with the key of one seed; every message is bytes. */
async function partiesOf(suite: OprfSuite, mode: OprfMode) {
  const theirSuite = suite.identifier as Theirs
  const theirMode = mode === 'oprf' ? Oprf.Mode.OPRF : Oprf.Mode.VOPRF
  const ours = deriveKeyPair(suite, mode, SEED, INFO, ANY_ARITHMETIC)
  const theirs = await deriveTheirs(theirMode, theirSuite, SEED, INFO, CryptoNoble)
  const client =
    mode === 'oprf'
      ? new OPRFClient(theirSuite, CryptoNoble)
      : new VOPRFClient(theirSuite, theirs.publicKey, CryptoNoble)
  const server = new (mode === 'oprf' ? OPRFServer : VOPRFServer)(theirSuite, theirs.privateKey, CryptoNoble)
  /** voprf-ts puts its mode between elements and proof; the layouts are the same but for this byte. */
  const modeAt = (count: number) => 2 + count * suite.group.elementBytes
  return {
    ours,
    theirs,
    client,
    /** Our server's step. */
    evaluateHere(request: Uint8Array): Uint8Array {
      const message = decodeBlindRequest(suite, request)
      const response =
        mode === 'oprf' ? evaluate(suite, ours, message) : evaluateWithProof(suite, ours, message, random)
      return encodeEvaluateResponse(suite, mode, response)
    },
    /** Their server's step, in our layout. */
    async evaluateThere(request: Uint8Array, count: number): Promise<Uint8Array> {
      const message = EvaluationRequest.deserialize(theirSuite, request, CryptoNoble)
      const response = (await server.blindEvaluate(message)).serialize()
      expect(response[modeAt(count)]).toBe(theirMode)
      return concat(response.subarray(0, modeAt(count)), response.subarray(modeAt(count) + 1))
    },
    /** A response in our layout as their client reads it. */
    readThere(response: Uint8Array, count: number): Evaluation {
      const [elements, proof] = [response.subarray(0, modeAt(count)), response.subarray(modeAt(count))]
      return Evaluation.deserialize(
        theirSuite,
        concat(elements, Uint8Array.of(theirMode), proof),
        CryptoNoble,
      )
    },
    finalizeHere: (state: ReturnType<typeof blind>['state'], response: Uint8Array) =>
      finalize(
        suite,
        state,
        decodeEvaluateResponse(suite, mode, response),
        decodePublicKey(suite, theirs.publicKey),
        // Their client relies on one proof for three.
        { allowWeakBatchProof: true },
      ),
    evaluateInputThere: (input: Uint8Array) => server.evaluate(input),
  }
}

describe.each(cases)('@cloudflare/voprf-ts and these steps, $name', ({ suite, mode }) => {
  const batches = [INPUTS.slice(2, 3), INPUTS]
  const outputsOf = (key: ReturnType<typeof deriveKeyPair>, inputs: readonly Uint8Array[]) =>
    inputs.map(input => toHex(evaluateInput(suite, mode, key.secretKey, input, key)))

  it('derive the same key from the same seed, and the same outputs from it', async () => {
    const { ours, theirs, evaluateInputThere } = await partiesOf(suite, mode)
    expect(toHex(theirs.privateKey)).toBe(toHex(encodeSecretKey(suite, ours)))
    expect(toHex(theirs.publicKey)).toBe(toHex(encodePublicKey(suite, ours.publicKey)))
    const there = await Promise.all(INPUTS.map(evaluateInputThere))
    expect(there.map(toHex)).toEqual(outputsOf(ours, INPUTS))
  })

  it.each(batches.map(inputs => [inputs.length, inputs] as const))(
    'their client, our server, %i inputs under one proof',
    async (count, inputs) => {
      const { ours, client, evaluateHere, readThere } = await partiesOf(suite, mode)
      const [state, request] = await client.blind([...inputs])
      const bytes = request.serialize()
      expect(toHex(encodeBlindRequest(suite, decodeBlindRequest(suite, bytes)))).toBe(toHex(bytes))
      const outputs = await client.finalize(state, readThere(evaluateHere(bytes), count))
      expect(outputs.map(toHex)).toEqual(outputsOf(ours, inputs))
    },
  )

  it.each(batches.map(inputs => [inputs.length, inputs] as const))(
    'our client, their server, %i inputs under one proof',
    async (count, inputs) => {
      const { ours, evaluateThere, finalizeHere } = await partiesOf(suite, mode)
      const { state, message } = blind(suite, mode, inputs, random)
      const response = await evaluateThere(encodeBlindRequest(suite, message), count)
      const read = decodeEvaluateResponse(suite, mode, response)
      expect(toHex(encodeEvaluateResponse(suite, mode, read))).toBe(toHex(response))
      expect(finalizeHere(state, response).map(toHex)).toEqual(outputsOf(ours, inputs))
    },
  )
})

describe.each(cases.filter(({ mode }) => mode === 'voprf'))('both refuse, $name', ({ suite, mode }) => {
  const { elementBytes, scalarBytes } = suite.group
  const count = INPUTS.length
  const at = (offset: number) => (bytes: Uint8Array) => {
    const index = 2 + count * elementBytes + offset
    return bytes.with(index, (bytes[index] as number) ^ 1)
  }
  const swapElements = (bytes: Uint8Array) => {
    const element = (i: number) => bytes.subarray(2 + i * elementBytes, 2 + (i + 1) * elementBytes)
    const rest = bytes.subarray(2 + 2 * elementBytes)
    return concat(bytes.subarray(0, 2), element(1), element(0), rest)
  }
  // The middle byte of a scalar: changed, it still encodes a scalar below the order.
  const middle = scalarBytes / 2
  const tampers: readonly [string, (bytes: Uint8Array) => Uint8Array][] = [
    ['a changed challenge', at(middle)],
    ['a changed response', at(scalarBytes + middle)],
    ["two elements in each other's place", swapElements],
  ]

  it.each(tampers)('%s', async (_, tamper) => {
    const { client, evaluateHere, evaluateThere, finalizeHere, readThere } = await partiesOf(suite, mode)
    const [theirState, request] = await client.blind([...INPUTS])
    const fromHere = evaluateHere(request.serialize())
    await expect(client.finalize(theirState, readThere(tamper(fromHere), count))).rejects.toThrow(
      'proof failed',
    )
    const { state, message } = blind(suite, mode, INPUTS, random)
    const fromThere = await evaluateThere(encodeBlindRequest(suite, message), count)
    expectCode('ERR_VERIFY_DLEQ', () => finalizeHere(state, tamper(fromThere)))
  })

  it('an evaluation under another key', async () => {
    const { client, finalizeHere, readThere } = await partiesOf(suite, mode)
    const other = deriveKeyPair(suite, mode, SEED, utf8('another key'), ANY_ARITHMETIC)
    const respond = (request: Uint8Array) => {
      const message = decodeBlindRequest(suite, request)
      return encodeEvaluateResponse(suite, mode, evaluateWithProof(suite, other, message, random))
    }
    const [theirState, request] = await client.blind([...INPUTS])
    const foreign = respond(request.serialize())
    await expect(client.finalize(theirState, readThere(foreign, count))).rejects.toThrow('proof failed')
    const { state, message } = blind(suite, mode, INPUTS, random)
    expectCode('ERR_VERIFY_DLEQ', () => finalizeHere(state, respond(encodeBlindRequest(suite, message))))
  })

  it('an evaluation without its proof', async () => {
    const { client, evaluateHere, finalizeHere, readThere } = await partiesOf(suite, mode)
    const [theirState, request] = await client.blind([...INPUTS])
    const bytes = evaluateHere(request.serialize())
    const cut = bytes.subarray(0, bytes.length - 2 * scalarBytes)
    expect(() => readThere(cut, count)).toThrow('buffer shorter than expected')
    const { mode: theirMode, evaluated } = readThere(bytes, count)
    const unproven = new Evaluation(theirMode, evaluated)
    await expect(client.finalize(theirState, unproven)).rejects.toThrow('no proof')
    const { state } = blind(suite, mode, INPUTS, random)
    expectCode('ERR_DECODE_LENGTH', () => finalizeHere(state, cut))
  })
})
