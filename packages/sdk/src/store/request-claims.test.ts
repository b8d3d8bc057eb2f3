import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expectCodeAsync } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { RequestClaims } from './request-claims.ts'

const file = () => join(mkdtempSync(join(tmpdir(), 'mixun-claims-')), 'inquiries.db')
const nothing = async () => 'done'

it('one process at a time works on a request id; the other waits, and is told: ERR_REQUEST_BUSY', async () => {
  const path = file()
  using first = new RequestClaims(path)
  using second = new RequestClaims(path)
  const inner = await first.hold('r', { patienceMs: 0 }, async () => {
    expect(await second.hold('other', { patienceMs: 0 }, nothing)).toBe('done')
    const error = await expectCodeAsync('ERR_REQUEST_BUSY', second.hold('r', { patienceMs: 0 }, nothing))
    return error.retryable
  })
  expect(inner).toBe(true)
  expect(await second.hold('r', { patienceMs: 0 }, nothing)).toBe('done')
})

it('waits until the other has ended', async () => {
  const path = file()
  using first = new RequestClaims(path)
  using second = new RequestClaims(path)
  const order: string[] = []
  let end = () => {}
  const held = first.hold('r', { patienceMs: 0 }, async () => {
    await new Promise<void>(resolve => {
      end = resolve
    })
    order.push('first')
  })
  const waiting = second.hold('r', { patienceMs: 30_000 }, async () => order.push('second'))
  end()
  await Promise.all([held, waiting])
  expect(order).toEqual(['first', 'second'])
})

it('actions of one process under one id run one after the other, also after one that failed or gave up', async () => {
  using claims = new RequestClaims(file())
  const order: string[] = []
  let end = () => {}
  const first = claims.hold('r', { patienceMs: 0 }, async () => {
    await new Promise<void>(resolve => {
      end = resolve
    })
    order.push('first')
    throw new Error('failed')
  })
  const abort = new AbortController()
  const gone = claims.hold('r', { patienceMs: 0, signal: abort.signal }, async () => order.push('gone'))
  const last = claims.hold('r', { patienceMs: 0 }, async () => order.push('last'))
  abort.abort()
  await expectCodeAsync('ERR_CHANNEL_ABORTED', gone)
  end()
  await expect(first).rejects.toThrow('failed')
  await last
  expect(order).toEqual(['first', 'last'])
})

it('a claim that nobody renews runs out, and one that is renewed does not', () => {
  let now = 1_000_000
  const path = file()
  using killed = new RequestClaims(path, () => now)
  using next = new RequestClaims(path, () => now)
  expect(killed.claim('r')).toBe(true)
  now += 3_000
  expect(next.claim('r')).toBe(false)
  expect(killed.claim('r')).toBe(true)
  now += 3_000
  expect(next.claim('r')).toBe(false)
  now += 2_000
  expect(next.claim('r')).toBe(true)
  expect(killed.claim('r')).toBe(false)
})
