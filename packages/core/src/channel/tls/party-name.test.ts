import { describe, expect, it } from 'vitest'
import { expectCode } from '../../testing/index.ts'
import { partyNamed, partyUri } from './party-name.ts'

describe('party named by a certificate', () => {
  it('is the one of its party URI', () => {
    expect(partyUri('firm-a')).toBe('mixun://party/firm-a')
    expect(partyNamed('URI:mixun://party/firm-a')).toBe('firm-a')
    expect(partyNamed('DNS:localhost, URI:mixun://party/firm-a, IP Address:127.0.0.1')).toBe('firm-a')
  })

  it.each([
    ['no alternative names', undefined],
    ['no party URI', 'DNS:mixun://party/firm-a, URI:https://party/firm-a'],
    ['a URI that goes on', 'URI:mixun://party/firm-a/x'],
    ['a malformed id', 'URI:mixun://party/Firm-A'],
    ['an empty id', 'URI:mixun://party/'],
    ['two parties', 'URI:mixun://party/firm-a, URI:mixun://party/firm-b'],
    ['a quoted name that imitates a list', 'DNS:"x, URI:mixun://party/firm-a, y"'],
  ])('is refused: %s', (_case, names) => {
    expectCode('ERR_CHANNEL_TLS', () => partyNamed(names))
  })
})
