import { describe, expect, test } from 'vitest'
import { concat, utf8 } from '../bytes/index.ts'
import { canaryForms, findCanaries } from './canary.ts'
import { seededRandom } from './seeded-random.ts'

const subject = { idType: 'resident-id', idNumber: '99052819490101007X' }
const encoded = `${subject.idType}:${subject.idNumber}`
const forms = canaryForms(subject)
const random = seededRandom('canary')
const surrounded = (bytes: Uint8Array) => concat(random.bytes(301), bytes, random.bytes(300))

describe('a subject', () => {
  test.each(forms.map(({ name, bytes }) => ({ name, bytes })))(
    'planted as $name is found',
    ({ name, bytes }) => {
      expect(findCanaries(surrounded(bytes), forms)).toContain(name)
    },
  )

  // Written down here by other means than the search has.
  test.each([
    ['number, raw', utf8(`{"msg":"asked about ${subject.idNumber}"}`)],
    ['number, lower case', utf8(subject.idNumber.toLowerCase())],
    ['number, hex', utf8(Buffer.from(encoded).toString('hex'))],
    ['number, base64', utf8(btoa(`{"a":"${subject.idNumber}"}`))],
    ['number, base64', utf8(btoa(`{"ab":"${subject.idNumber}"}`))],
    ['number, base64', utf8(btoa(`{"abc":"${subject.idNumber}"}`))],
    ['encoded subject, UTF-16 little-endian', new Uint8Array(Buffer.from(encoded, 'utf16le'))],
    ['number, reversed', utf8([...subject.idNumber].toReversed().join(''))],
  ])('is found as %s in what others write', (name, content) => {
    expect(findCanaries(surrounded(content), forms)).toContain(name)
  })

  test('is not seen where it is not', () => {
    expect(findCanaries(random.bytes(200_000), forms)).toEqual([])
    expect(
      findCanaries(utf8(`${subject.idNumber.slice(0, 14)} resident-id 990528194901010088`), forms),
    ).toEqual([])
  })
})
