import { expect, it } from 'vitest'
import { utf8 } from '../../bytes/index.ts'
import { sm } from '../../suite/index.ts'
import { expectCode } from '../../testing/index.ts'
import { RecordType } from './messages.ts'
import { RECORD_OVERHEAD_BYTES, RecordOpener, RecordSealer } from './records.ts'

const KEY = () => new Uint8Array(32).fill(5)
const sealer = () => new RecordSealer(sm, KEY(), 'initiator')
const opener = () => new RecordOpener(sm, KEY(), 'initiator')

it('a record adds 33 bytes and opens in its turn, with its type and direction only', () => {
  const sealing = sealer()
  const [first, second] = [utf8('one'), utf8('two')].map(text => sealing.seal(RecordType.data, text))
  expect(first).toHaveLength(3 + RECORD_OVERHEAD_BYTES)
  const opening = opener()
  expect(opening.open(first as Uint8Array)).toEqual({ type: RecordType.data, payload: utf8('one') })
  expect(opening.open(second as Uint8Array).payload).toEqual(utf8('two'))
  for (const wrong of [
    () => opener().open(second as Uint8Array),
    () => opener().open((first as Uint8Array).with(0, RecordType.close)),
    () => new RecordOpener(sm, KEY(), 'responder').open(first as Uint8Array),
    () => new RecordOpener(sm, KEY().fill(6), 'initiator').open(first as Uint8Array),
  ]) {
    expectCode('ERR_VERIFY_RECORD', wrong)
  }
})

it('a record of an unknown type, or with a payload where none belongs, is refused although authentic', () => {
  expectCode('ERR_DECODE_SCHEMA', () => opener().open(sealer().seal(0x2f as RecordType, utf8('x'))))
  expectCode('ERR_DECODE_SCHEMA', () => opener().open(sealer().seal(RecordType.close, utf8('x'))))
  expectCode('ERR_DECODE_LENGTH', () => opener().open(Uint8Array.of(RecordType.data)))
})

it('a direction whose key was wiped seals and opens nothing more', () => {
  const [sealing, opening] = [sealer(), opener()]
  for (const end of [sealing, opening]) end.wipe()
  expectCode('ERR_STATE_CONSUMED', () => sealing.seal(RecordType.data, utf8('x')))
  const forged = new RecordSealer(sm, new Uint8Array(32), 'initiator').seal(RecordType.data, utf8('x'))
  expectCode('ERR_STATE_CONSUMED', () => opening.open(forged))
})
