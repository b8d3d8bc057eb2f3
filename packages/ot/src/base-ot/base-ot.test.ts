import { toHex, utf8 } from '@mixun/core/bytes'
import { expectCode, expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import { serveOrRefuse, sessionPair } from '../testing/sessions.ts'
import {
  bitAt,
  bitBytes,
  type BaseOtParameters,
  BASE_OT_PROTOCOL,
  baseOtParameters,
  baseOtParametersById,
  baseOtParametersOf,
  baseOtRistretto255,
  checkBits,
  decodeReceiverMessage,
  decodeSenderMessage,
  encodeReceiverMessage,
  encodeSenderMessage,
  finishReceiver,
  finishSender,
  runBaseOtReceiver,
  runBaseOtSender,
  startReceiver,
  startSender,
} from './index.ts'
import { evaluate } from './popf.ts'

const context = utf8('context of the batch')

/** Choice bits of a seed, zeros behind the last. */
function choicesOf(count: number, seed: string): Uint8Array {
  const choices = seededRandom(seed).bytes(bitBytes(count))
  const unused = 8 * choices.length - count
  choices[choices.length - 1] = (choices.at(-1) as number) & (0xff >>> unused)
  return choices
}

function exchange(parameters: BaseOtParameters, count: number, contexts = [context, context]) {
  const choices = choicesOf(count, 'choices')
  const sender = startSender(parameters, contexts[0] as Uint8Array, count, seededRandom('sender'))
  const receiver = startReceiver(
    parameters,
    contexts[1] as Uint8Array,
    count,
    choices,
    seededRandom('receiver'),
  )
  const up = decodeReceiverMessage(parameters, count, encodeReceiverMessage(parameters, receiver.message))
  const down = decodeSenderMessage(parameters, encodeSenderMessage(parameters, sender.message))
  const pairs = finishSender(sender.state, up)
  return { choices, pairs, chosen: finishReceiver(receiver.state, down), sender, receiver, up, down }
}

const blockAt = (blocks: Uint8Array, i: number) => toHex(blocks.subarray(16 * i, 16 * i + 16))

describe.each(baseOtParameters)('base OT, $id', parameters => {
  it.each([1, 7, 128])('gives the receiver one of two messages: %i instances', count => {
    const { choices, pairs, chosen } = exchange(parameters, count)
    const seen = new Set<string>()
    for (let i = 0; i < count; i++) {
      const both = [blockAt(pairs.zeros, i), blockAt(pairs.ones, i)] as const
      expect(blockAt(chosen, i)).toBe(both[bitAt(choices, i) as 0 | 1])
      for (const message of both) seen.add(message)
    }
    expect(seen.size).toBe(2 * count)
    expect(pairs.zeros).toHaveLength(16 * count)
  })

  it('binds the messages to the context', () => {
    const { pairs, chosen } = exchange(parameters, 2, [context, utf8('another')])
    const messages = [0, 1].flatMap(i => [blockAt(pairs.zeros, i), blockAt(pairs.ones, i)])
    expect(messages).not.toContain(blockAt(chosen, 0))
  })

  it('serves a state once: ERR_STATE_CONSUMED', () => {
    const { sender, receiver, up, down } = exchange(parameters, 1)
    expectCode('ERR_STATE_CONSUMED', () => finishSender(sender.state, up))
    expectCode('ERR_STATE_CONSUMED', () => finishReceiver(receiver.state, down))
  })

  it('refuses a function that gives the identity: ERR_DECODE_ELEMENT', () => {
    const { group } = parameters
    const sender = startSender(parameters, context, 1, seededRandom('sender'))
    const string = new Uint8Array(48)
    const place = { parameters, context, index: 0 }
    // A receiver can program the identity, by choosing r and then T = −H(0, r).
    const draft = evaluate(place, 0, popfOf(string, group.generator()))
    const point = group.add(draft, group.negate(group.generator()))
    const element = group.negate(point)
    const r = xor(string, stringPad(place, group.generator()))
    const popf = popfOf(xor(r, stringPad(place, element)), element)
    expect(
      group.equalElements(group.add(evaluate(place, 0, popf), group.generator()), group.generator()),
    ).toBe(true)
    expectCode('ERR_DECODE_ELEMENT', () => finishSender(sender.state, { popfs: [popf] }))

    function popfOf(half: Uint8Array, t: typeof element) {
      return { string: half, element: t, encodedElement: group.encodeElement(t) }
    }

    /** H′(0, T), as the string of a function of string zero decides it. */
    function stringPad(at: typeof place, t: typeof element): Uint8Array {
      const { suite, id } = parameters
      const input = [at.context, new Uint8Array(5), group.encodeElement(t)]
      const halves = [0, 1].map(half => suite.hash(utf8(`mixun-base-ot-1-string-${half}-${id}\0`), ...input))
      return Uint8Array.from(halves.flatMap(bytes => [...bytes])).slice(0, 48)
    }
  })

  it('checks lengths before elements, and elements before secrets', () => {
    const { up, down } = exchange(parameters, 2)
    const bytes = encodeReceiverMessage(parameters, up)
    expectCode('ERR_DECODE_LENGTH', () => decodeReceiverMessage(parameters, 2, bytes.subarray(1)))
    expectCode('ERR_DECODE_LENGTH', () => decodeReceiverMessage(parameters, 3, bytes))
    expectCode('ERR_DECODE_TRAILING', () => decodeReceiverMessage(parameters, 1, bytes))
    expectCode('ERR_DECODE_ELEMENT', () =>
      decodeReceiverMessage(parameters, 2, bytes.slice().fill(0, 48, 48 + parameters.group.elementBytes)),
    )
    const element = encodeSenderMessage(parameters, down)
    expectCode('ERR_DECODE_LENGTH', () => decodeSenderMessage(parameters, element.subarray(1)))
    expectCode('ERR_DECODE_TRAILING', () => decodeSenderMessage(parameters, Uint8Array.of(...element, 0)))
    expectCode('ERR_DECODE_ELEMENT', () =>
      decodeSenderMessage(
        parameters,
        element.map(() => 0),
      ),
    )
    const { state } = startSender(parameters, context, 1, seededRandom('sender'))
    expectCode('ERR_DECODE_LENGTH', () => finishSender(state, up))
  })
})

describe('arguments', () => {
  it.each([0, 1_025, 1.5, Number.NaN])('a count of %s is refused: ERR_INPUT_RANGE', count => {
    const random = seededRandom('count')
    expectCode('ERR_INPUT_RANGE', () => startSender(baseOtRistretto255, context, count, random))
    expectCode('ERR_INPUT_RANGE', () =>
      startReceiver(baseOtRistretto255, context, count, new Uint8Array(1), random),
    )
  })

  it('choice bits have one form: ERR_INPUT_LENGTH', () => {
    checkBits(Uint8Array.of(0xff, 1), 9)
    for (const [bits, count] of [
      [[0xff, 3], 9],
      [[0xff], 9],
      [[0xff, 1, 0], 9],
    ] as const) {
      expectCode('ERR_INPUT_LENGTH', () => checkBits(Uint8Array.from(bits), count))
    }
  })

  it('parameters go by suite and id', () => {
    for (const parameters of baseOtParameters) {
      expect(baseOtParametersById(parameters.id)).toBe(parameters)
      expect(baseOtParametersOf(parameters.suite.id)).toBe(parameters)
    }
    expectCode('ERR_PARAMETER_UNKNOWN', () => baseOtParametersById('baseot_co15'))
  })
})

describe('a session', () => {
  const open = (parameters = baseOtRistretto255, protocol: string = BASE_OT_PROTOCOL) =>
    sessionPair({ protocol, parameters: parameters.id, suite: parameters.suite })

  it.each(baseOtParameters)('runs in one message each way: $id', async parameters => {
    const { client, server } = await open(parameters)
    const choices = choicesOf(5, 'run')
    const [pairs, chosen] = await Promise.all([
      runBaseOtSender(client, 5),
      runBaseOtReceiver(server, 5, choices),
    ])
    for (let i = 0; i < 5; i++) {
      expect(blockAt(chosen, i)).toBe(blockAt(bitAt(choices, i) === 1 ? pairs.ones : pairs.zeros, i))
    }
    expect(client.counters).toMatchObject({ sentFrames: 2, receivedFrames: 2 })
  })

  it('refuses a message of another count with its code', async () => {
    const { client, server } = await open()
    const receiving = runBaseOtReceiver(server, 4, Uint8Array.of(5))
    const error = await serveOrRefuse(client, runBaseOtSender(client, 5))
    await expectCodeAsync('ERR_DECODE_LENGTH', Promise.reject(error))
    await receiving
  })

  it('is refused when it is of something else: ERR_SESSION_PROTOCOL', async () => {
    const { client, server } = await open(baseOtRistretto255, 'oprf')
    await expectCodeAsync('ERR_SESSION_PROTOCOL', runBaseOtSender(client, 1))
    await expectCodeAsync('ERR_SESSION_PROTOCOL', runBaseOtReceiver(server, 1, Uint8Array.of(1)))
  })
})

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] as number))
}
