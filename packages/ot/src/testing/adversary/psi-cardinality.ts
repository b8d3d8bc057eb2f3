import { itemPoints } from '../../psi-cardinality/points.ts'
import { flip, onFrame, type RoleAttack, spoilEnd, truncate } from './role-attack.ts'

const { pointBytes } = itemPoints

/** Frames of either role; the sender's points encrypted twice are its own third. */
const FRAME = { offer: 0, points: 1, twice: 2 } as const

/**
 * Every attack on a run of `psi-cardinality` that the honest side stops at, with at least three and at most 1,024 items a
 * side. The protocol is semi-honest: a sender may give any count by points of its own choice, and nothing stops that.
 */
export const PSI_CARDINALITY_ATTACKS: readonly RoleAttack[] = [
  ...(['sender', 'receiver'] as const).flatMap((role): RoleAttack[] => [
    { name: 'another version', role, code: 'ERR_PSI_HANDSHAKE', tamper: flip(FRAME.offer, 0) },
    { name: 'another variant', role, code: 'ERR_PSI_HANDSHAKE', tamper: flip(FRAME.offer, 1, 2) },
    { name: 'a variant that there is not', role, code: 'ERR_DECODE_SCHEMA', tamper: flip(FRAME.offer, 1) },
    {
      name: 'more items than there may be',
      role,
      code: 'ERR_DECODE_SCHEMA',
      tamper: flip(FRAME.offer, 2, 0x80),
    },
    { name: 'another number of items', role, code: 'ERR_DECODE_LENGTH', tamper: flip(FRAME.offer, 5) },
    { name: 'labels of some length', role, code: 'ERR_DECODE_SCHEMA', tamper: flip(FRAME.offer, -1) },
    { name: 'a truncated offer', role, code: 'ERR_DECODE_LENGTH', tamper: truncate(FRAME.offer) },
    { name: 'truncated points', role, code: 'ERR_DECODE_LENGTH', tamper: truncate(FRAME.points) },
    {
      name: 'a point too few',
      role,
      code: 'ERR_DECODE_LENGTH',
      tamper: onFrame(FRAME.points, frame => frame.subarray(pointBytes)),
    },
    { name: 'a point twice', role, code: 'ERR_PSI_REPEATED', tamper: repeat(FRAME.points) },
    {
      name: 'the identity',
      role,
      code: 'ERR_DECODE_ELEMENT',
      tamper: onFrame(FRAME.points, frame => frame.slice().fill(0, 0, pointBytes)),
    },
    { name: 'a point that is none', role, code: 'ERR_DECODE_ELEMENT', tamper: spoilEnd(FRAME.points) },
  ]),
  {
    name: 'truncated answers',
    role: 'sender',
    code: 'ERR_DECODE_LENGTH',
    tamper: truncate(FRAME.twice),
  },
  {
    name: 'an answer twice, to count one item as two',
    role: 'sender',
    code: 'ERR_PSI_REPEATED',
    tamper: repeat(FRAME.twice),
  },
]

/** The first point in the place of the second as well. */
function repeat(index: number): RoleAttack['tamper'] {
  return onFrame(index, frame => frame.slice().copyWithin(pointBytes, 0, pointBytes))
}
