import { describe, expect, it } from 'vitest'
import { expectCode } from '../testing/index.ts'
import type { Hello } from './hello.ts'
import { ReplayGuard } from './index.ts'
import { helloFrame, helloOf } from './test-frames.ts'

describe('replay guard', () => {
  it('forgets hellos that are good no more, two minutes after their deadline, and stays small', async () => {
    const guard = new ReplayGuard()
    const hello = helloOf(await helloFrame())
    const at = (i: number): Hello => {
      const sessionId = new Uint8Array(32)
      new DataView(sessionId.buffer).setUint32(0, i)
      return { ...hello, sessionId, deadline: 1_000 * i + 10 }
    }
    for (let i = 0; i < 20_000; i++) {
      guard.admit(at(i), 1_000 * i)
      if (i % 1_000 === 0 && i > 0) {
        expectCode('ERR_SESSION_REPLAYED', () => guard.admit(at(i), 1_000 * i))
        expectCode('ERR_SESSION_REPLAYED', () => guard.admit(at(i - 120), 1_000 * i))
      }
    }
    expect(guard.size).toBeLessThan(1_400)
    guard.admit({ ...at(19_999), sender: 'firm-c' }, 19_999_000)
  })

  it('remembers a hello until two minutes after its deadline, however many come', async () => {
    const guard = new ReplayGuard()
    const first = helloOf(await helloFrame())
    guard.admit(first, first.sentAt)
    const late = first.deadline + 120_000
    for (let i = 0; i < 2_000; i++) {
      guard.admit({ ...first, sender: `firm-${i}`, deadline: late + 60_000 }, late)
    }
    expectCode('ERR_SESSION_REPLAYED', () => guard.admit(first, late))
  })
})
