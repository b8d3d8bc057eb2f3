import { type FaultGroup, one, test } from './fault-case.ts'

const OT = 'packages/ot/src'
const TRANSFER = `${OT}/oblivious-transfer/oblivious-transfer.test.ts`
const EXTENSION = `${OT}/ot-extension/run.test.ts`
const PSI = `${OT}/psi/psi.test.ts`
const STORE = `${OT}/okvs/okvs.test.ts`
const JOINT_TABLE = `${OT}/joint-table/joint-table.test.ts`
const JOINT = `${OT}/joint-query/refusals.test.ts`

/** Bad input of oblivious transfer, set intersection and joint queries. */
export const TRANSFER_FAULTS: FaultGroup = {
  name: 'Oblivious transfer, set intersection and joint queries',
  cases: [
    one('a count of no OTs', 'ERR_INPUT_RANGE', TRANSFER, 'a count of %s'),
    one('one OT, and a count that is no multiple of the chunk', null, TRANSFER, 'in chunks: %i'),
    one(
      '2^24 OTs',
      null,
      `${OT}/oblivious-transfer/oblivious-transfer.long.ts`,
      '%s: %i random OTs in the memory of a few chunks',
    ),
    one('more OTs than a call may ask for', 'ERR_INPUT_RANGE', TRANSFER, 'a count of %s'),
    one('no item, or one, on a side', null, PSI, 'gives the common items, and no other'),
    {
      name: 'more than 2^24 items',
      tests: [
        test('ERR_INPUT_LENGTH', PSI, 'more items than there may be'),
        test('ERR_INPUT_RANGE', STORE, 'lengths that do not fit together'),
      ],
    },
    one('messages of unequal length', 'ERR_INPUT_LENGTH', TRANSFER, 'lengths'),
    one('labels of unequal length', 'ERR_INPUT_LENGTH', PSI, 'labels that are not alike'),
    {
      name: 'a state used twice',
      tests: [
        test('ERR_STATE_CONSUMED', `${OT}/base-ot/base-ot.test.ts`, 'serves a state once'),
        test('ERR_STATE_CONSUMED', EXTENSION, 'is opened once'),
        test('ERR_STATE_CONSUMED', `${OT}/joint-query/adversary.test.ts`, 'every state serves once'),
      ],
    },
    one('a setup after a failed check', 'ERR_STATE_CONSUMED', PSI, 'a failed check burns the setup'),
    one(
      'a peer that disappears in the middle of an extension',
      'ERR_CHANNEL_CLOSED',
      `${OT}/testing/processes.test.ts`,
      'a receiver that vanishes ends the extension',
    ),
    {
      name: 'a peer that disappears in the middle of an intersection',
      tests: [
        test(
          'ERR_CHANNEL_CLOSED',
          `${OT}/testing/processes.test.ts`,
          'a receiver that vanishes ends an intersection',
        ),
        test(
          'ERR_CHANNEL_CLOSED',
          `${OT}/psi-cardinality/adversary.test.ts`,
          'as %s that is gone or silent at frame %i',
        ),
      ],
    },
    {
      name: 'items that repeat',
      tests: [
        test('ERR_INPUT_DUPLICATE', PSI, 'items that repeat'),
        test('ERR_INPUT_DUPLICATE', STORE, 'a key that stands twice'),
      ],
    },
    one(
      'points of a peer that repeat',
      'ERR_PSI_REPEATED',
      `${OT}/ecdh-psi/ecdh-psi.test.ts`,
      'refuses points that repeat',
    ),
    {
      name: 'a key-value store that cannot be encoded',
      tests: [
        test('ERR_OKVS_ENCODE', STORE, 'is given up in the end'),
        test(
          'ERR_OKVS_ENCODE',
          `${OT}/batched-oprf/batched-oprf.test.ts`,
          'passes on that no store was found',
        ),
      ],
    },
    one('an amount of 2^63 or more', 'ERR_INPUT_RANGE', JOINT_TABLE, 'refuses amounts out of range'),
    one('a total that no honest books have', 'ERR_VERIFY_JOINT_TOTAL', JOINT, 'that no honest books have'),
    {
      name: 'a frozen set that changes',
      tests: [
        test('ERR_JOINT_STATEMENT', JOINT, 'about another version, table or firm than the frozen one'),
        test('ERR_VERIFY_JOINT_TOTAL', JOINT, 'of answers to two frozen sets'),
      ],
    },
    one('a firm of the set that is missing', 'ERR_JOINT_INCOMPLETE', JOINT, 'does not open with one firm'),
    {
      name: 'another version of the messages',
      tests: [
        test('ERR_PSI_HANDSHAKE', PSI, 'another version'),
        test(
          'ERR_SESSION_PROTOCOL',
          'packages/core/src/session/accept.test.ts',
          'refuses a later wire version',
        ),
      ],
    },
    one('a malicious peer of any protocol', null, `${OT}/testing/adversary/conformance.ts`, '%s, of the %s'),
  ],
}
