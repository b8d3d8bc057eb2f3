import { i2osp, toHex } from '@mixun/core/bytes'
import type { Session } from '@mixun/core/session'
import { intl } from '@mixun/core/suite'
import { tamperedSession } from './adversary/tampered-session.ts'

/** What went one way: frames, bytes, and the hash of every frame with its length, in order. */
export interface WireTrace {
  readonly frames: number
  readonly bytes: number
  readonly sha256: string
}

/** Takes frames in, and gives the trace of all so far once. */
export class WireTracer {
  readonly #hash = intl.startHash()
  #frames = 0
  #bytes = 0

  add(frame: Uint8Array): void {
    this.#frames++
    this.#bytes += frame.length
    this.#hash.update(i2osp(frame.length, 4))
    this.#hash.update(frame.slice())
  }

  finish(): WireTrace {
    return { frames: this.#frames, bytes: this.#bytes, sha256: toHex(this.#hash.digest()) }
  }
}

/** A session that traces what its owner sends. For tests. */
export function tracedSession(session: Session): { session: Session; tracer: WireTracer } {
  const tracer = new WireTracer()
  const traced = tamperedSession(session, () => frame => {
    tracer.add(frame)
    return [frame]
  })
  return { session: traced, tracer }
}
