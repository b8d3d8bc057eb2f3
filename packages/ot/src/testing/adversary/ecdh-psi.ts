import type { ErrorCode } from '@mixun/core/errors'
import { decodeCipherBatch, encodeCipherBatch } from '../../ecdh-psi/codec.ts'
import type { CipherBatch } from '../../ecdh-psi/messages.ts'
import type { Tamper } from './tampered-session.ts'

/** A malicious peer of ECDH-PSI, and the code that stops the honest side. */
export interface PsiAttack {
  readonly name: string
  readonly code: ErrorCode
  /** Frames 0 and 1 are the handshake and the first batch of points; a receiver's peer then sends frame 2. */
  readonly tamper: (received: readonly Uint8Array[]) => Tamper
}

/** What is in the sizes of a run: bytes of points and of points encrypted twice. */
export interface PsiAttackSizes {
  readonly pointBytes: number
  readonly dualBytes: number
}

/**
 * Every attack on a run of one batch a side, as either role; both sides have at least three items.
 *
 * @param badPoints encodings of the right length that are no points
 */
export function psiAttacks(
  sizes: PsiAttackSizes,
  badPoints: Readonly<Record<string, Uint8Array>>,
): PsiAttack[] {
  const { pointBytes, dualBytes } = sizes
  const enc = (change: (batch: CipherBatch) => CipherBatch) =>
    onFrame(1, frame =>
      encodeCipherBatch(change(decodeCipherBatch(frame, { type: 'enc', index: 0, pointBytes }))),
    )
  const dual = (change: (batch: CipherBatch) => CipherBatch) =>
    onFrame(2, frame =>
      encodeCipherBatch(
        change(decodeCipherBatch(frame, { type: 'dual.enc', index: 0, pointBytes: dualBytes })),
      ),
    )
  const withPoint = (batch: CipherBatch, point: Uint8Array) => ({
    ...batch,
    points: batch.points.with(1, point),
  })
  return [
    ...Object.entries(badPoints).map(([name, point]) => ({
      name: `a bad point: ${name}`,
      code: 'ERR_DECODE_ELEMENT' as const,
      tamper: enc(batch => withPoint(batch, point)),
    })),
    {
      name: 'a point twice',
      code: 'ERR_PSI_REPEATED',
      tamper: enc(batch => withPoint(batch, batch.points[0] as Uint8Array)),
    },
    {
      name: 'our points sent back',
      code: 'ERR_PSI_REPEATED',
      // Ours are the second frame that the peer gets, after the handshake.
      tamper: received => async (frame, index) => {
        if (index !== 1) return [frame]
        while (received.length < 2) await new Promise(resolve => setTimeout(resolve, 1))
        return [received[1] as Uint8Array]
      },
    },
    {
      name: 'a point encrypted twice, twice',
      code: 'ERR_PSI_REPEATED',
      tamper: dual(batch => withPoint(batch, batch.points[0] as Uint8Array)),
    },
    {
      name: 'an answer too few',
      code: 'ERR_DECODE_LENGTH',
      tamper: dual(batch => ({ ...batch, points: batch.points.slice(1) })),
    },
    {
      name: 'an answer too many',
      code: 'ERR_DECODE_LENGTH',
      tamper: dual(batch => ({ ...batch, points: [...batch.points, new Uint8Array(dualBytes).fill(9)] })),
    },
    {
      name: 'a batch with the number of another',
      code: 'ERR_DECODE_SCHEMA',
      tamper: enc(batch => ({ ...batch, index: 1 })),
    },
    {
      name: 'a batch of the other type',
      code: 'ERR_DECODE_SCHEMA',
      tamper: enc(batch => ({ ...batch, type: 'dual.enc' })),
    },
    {
      name: 'points of another length',
      code: 'ERR_DECODE_LENGTH',
      tamper: enc(batch => ({ ...batch, points: batch.points.map(point => point.subarray(1)) })),
    },
    {
      name: 'an empty batch that is not the last',
      code: 'ERR_DECODE_LENGTH',
      tamper: enc(batch => ({ ...batch, isLast: false, points: [] })),
    },
    {
      name: 'a truncated frame',
      code: 'ERR_DECODE_LENGTH',
      tamper: onFrame(1, frame => frame.subarray(0, frame.length - 1)),
    },
    {
      name: 'a frame of garbage',
      code: 'ERR_DECODE_SCHEMA',
      tamper: onFrame(1, frame => frame.map(() => 0xff)),
    },
    {
      name: 'a batch that is replayed',
      code: 'ERR_DECODE_SCHEMA',
      tamper: () => (frame, index) => (index === 1 ? [unfinished(frame, pointBytes), frame] : [frame]),
    },
    {
      name: 'a counter of repeated items',
      code: 'ERR_DECODE_SCHEMA',
      tamper: onFrame(1, frame => Uint8Array.of(...frame, 0x42, 0x02, 0x08, 0x01)),
    },
  ]
}

/** The same batch, but for the mark that ends the list. */
function unfinished(frame: Uint8Array, pointBytes: number): Uint8Array {
  const batch = decodeCipherBatch(frame, { type: 'enc', index: 0, pointBytes })
  return encodeCipherBatch({ ...batch, isLast: false })
}

function onFrame(index: number, change: (frame: Uint8Array) => Uint8Array): PsiAttack['tamper'] {
  return () => (frame, at) => [at === index ? change(frame) : frame]
}
