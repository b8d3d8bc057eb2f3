import { utf8 } from '@mixun/core/bytes'
import { referenceGf2, wasmGf2 } from '@mixun/core/gf2'
import { expectCode, seededRandom } from '@mixun/core/testing'
import { describe, expect, it } from 'vitest'
import {
  baseOtParameters,
  decodeReceiverMessage,
  decodeSenderMessage,
  encodeReceiverMessage,
  startReceiver,
} from '../../base-ot/index.ts'
import { ExtensionSender, otExtensionParametersById } from '../../ot-extension/index.ts'
import { dealtSetups } from '../dealt-setups.ts'
import { BettingReceiver, hostileElements, otAdversaryConformance } from './index.ts'

otAdversaryConformance({ name: 'k = 2', parameters: 'softspoken_k2_malicious', makeKernel: wasmGf2 })

describe.each(baseOtParameters)('hostile elements, $id', parameters => {
  it.each(hostileElements(parameters))('$name: $code', ({ bytes, code }) => {
    expectCode(code, () => decodeSenderMessage(parameters, bytes))
    const { message } = startReceiver(
      parameters,
      utf8('context'),
      2,
      Uint8Array.of(2),
      seededRandom('hostile'),
    )
    const whole = encodeReceiverMessage(parameters, message)
    const last = whole.length - parameters.group.elementBytes
    const changed = Uint8Array.of(...whole.subarray(0, last), ...bytes)
    expectCode(code, () => decodeReceiverMessage(parameters, 2, changed))
  })
})

describe('k = 1', () => {
  it.each([
    ['softspoken_k1_malicious', [0, 1]],
    ['softspoken_k1_semihonest', [1, 1]],
  ] as const)('%s: half of the bets are right', (id, [wrongBetPasses, rightBetPasses]) => {
    const parameters = { ...otExtensionParametersById(id), chunkCount: 256 }
    const results = Array.from({ length: 32 }, (_, i) => {
      const { sender, receiver } = dealtSetups(parameters, `bet ${i}`)
      const isRight = ((sender.delta[5] as number) & 1) === 1
      const cheating = new BettingReceiver(receiver, utf8('tag'), { row: 3, trees: [{ tree: 40, guess: 1 }] })
      const { message } = cheating.extend(100)
      try {
        new ExtensionSender(sender, utf8('tag'), i < 4 ? referenceGf2 : wasmGf2).extend(100, message)
        return { isRight, isTaken: 1 }
      } catch {
        return { isRight, isTaken: 0 }
      }
    })
    for (const { isRight, isTaken } of results)
      expect(isTaken).toBe(isRight ? rightBetPasses : wrongBetPasses)
    expect(results.filter(({ isRight }) => isRight).length).toBeGreaterThan(8)
  })
})
