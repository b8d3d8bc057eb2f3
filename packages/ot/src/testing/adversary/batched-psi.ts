import type { ErrorCode } from '@mixun/core/errors'
import { flip, type RoleAttack, spoilEnd, truncate } from './role-attack.ts'
import type { Tamper } from './tampered-session.ts'

/** What a receiver sends, frame by frame, under the malicious set and without labels. */
const RECEIVER = {
  offer: 0,
  baseOt: 1,
  otTrees: 2,
  setupId: 3,
  baseElements: 4,
  treeOts: 5,
  choices: 6,
  challenge: 7,
  answer: 8,
  head: 9,
  columns: 10,
} as const

/** What a sender sends. */
const SENDER = {
  offer: 0,
  baseOt: 1,
  commitment: 2,
  trees: 3,
  answerCommitment: 4,
  opening: 5,
  coin: 6,
  records: 7,
} as const

/**
 * Every attack on a run of the malicious set with at least two common items and at most some thousand a side, each frame
 * of which is one frame.
 */
export const BATCHED_PSI_ATTACKS: readonly RoleAttack[] = [
  ...(['sender', 'receiver'] as const).flatMap((role): RoleAttack[] => [
    { name: 'another version', role, code: 'ERR_PSI_HANDSHAKE', tamper: flip(0, 0) },
    { name: 'a variant that nobody asked for', role, code: 'ERR_PSI_HANDSHAKE', tamper: flip(0, 1) },
    { name: 'more items than there may be', role, code: 'ERR_DECODE_SCHEMA', tamper: flip(0, 2, 0x80) },
    { name: 'a truncated offer', role, code: 'ERR_DECODE_LENGTH', tamper: truncate(0) },
    { name: 'a base OT that is no element', role, code: 'ERR_DECODE_ELEMENT', tamper: spoilEnd(1) },
  ]),
  ...ofReceiver('trees of OT extension that fail', 'ERR_VERIFY_OT_EXTENSION', flip(RECEIVER.otTrees, -1)),
  ...ofReceiver('a setup of somebody else', 'ERR_SESSION_PROTOCOL', flip(RECEIVER.setupId, 5)),
  ...ofReceiver('base elements that fail', 'ERR_VERIFY_OT_EXTENSION', flip(RECEIVER.baseElements, -9)),
  ...ofReceiver('transfers that fail', 'ERR_VERIFY_OT_EXTENSION', flip(RECEIVER.treeOts, -1)),
  ...ofReceiver('a chunk of another place', 'ERR_DECODE_SCHEMA', flip(RECEIVER.treeOts, 3)),
  ...ofReceiver('choices that are not its own', 'ERR_VERIFY_VOLE', flip(RECEIVER.choices, 4)),
  ...ofReceiver('choices of another number', 'ERR_DECODE_LENGTH', truncate(RECEIVER.choices)),
  ...ofReceiver('a challenge for other weights', 'ERR_VERIFY_VOLE', flip(RECEIVER.challenge, 0)),
  ...ofReceiver('a masked sum that is not its own', 'ERR_VERIFY_VOLE', flip(RECEIVER.challenge, 20)),
  ...ofReceiver('a wrong answer', 'ERR_VERIFY_VOLE', flip(RECEIVER.answer, 0)),
  ...ofReceiver('a truncated answer', 'ERR_DECODE_LENGTH', truncate(RECEIVER.answer)),
  ...ofReceiver('a truncated head of the store', 'ERR_DECODE_LENGTH', truncate(RECEIVER.head)),
  ...ofReceiver('columns too few', 'ERR_DECODE_LENGTH', truncate(RECEIVER.columns)),
  ...ofSender('trees too short', 'ERR_DECODE_LENGTH', truncate(SENDER.trees)),
  ...ofSender('another commitment to the answer', 'ERR_VERIFY_VOLE', flip(SENDER.answerCommitment, 0)),
  ...ofSender('an opening that does not fit', 'ERR_VERIFY_VOLE', flip(SENDER.opening, 0)),
  ...ofSender('a truncated opening', 'ERR_DECODE_LENGTH', truncate(SENDER.opening)),
  ...ofSender('a commitment to another coin', 'ERR_VERIFY_COMMITMENT', flip(SENDER.commitment, 0)),
  ...ofSender('a coin that was not committed to', 'ERR_VERIFY_COMMITMENT', flip(SENDER.coin, 0)),
  ...ofSender('records too few', 'ERR_DECODE_LENGTH', truncate(SENDER.records)),
]

function ofReceiver(name: string, code: ErrorCode, tamper: Tamper): RoleAttack[] {
  return [{ name, role: 'receiver', code, tamper }]
}

function ofSender(name: string, code: ErrorCode, tamper: Tamper): RoleAttack[] {
  return [{ name, role: 'sender', code, tamper }]
}
