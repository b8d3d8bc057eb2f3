import type { FrameAttack } from './hostile-session.ts'

/** Codes by which the honest side of a joint query stops at an attack on one frame. */
export type JointOutcomes = Readonly<Record<FrameAttack, readonly string[]>>

/** A frame of a session of a joint query, and who sends it. */
export interface JointFrameAttacks {
  readonly name: string
  readonly session: 'joint-query' | 'joint-threshold'
  readonly role: 'inquirer' | 'answering'
  /** Frames that this role sends before it. */
  readonly nth: number
  readonly outcomes: JointOutcomes
  /** Whether the honest side's half of the OT setup is burnt by it. */
  readonly burns: readonly FrameAttack[]
}

const CUT = {
  truncate: ['ERR_DECODE_LENGTH'],
  empty: ['ERR_DECODE_LENGTH'],
  extend: ['ERR_DECODE_TRAILING'],
  oversize: ['ERR_DECODE_TRAILING'],
  disappear: ['ERR_CHANNEL_CLOSED'],
  stall: ['ERR_CHANNEL_TIMEOUT'],
} as const

const CHOICE: JointOutcomes = {
  ...CUT,
  // Flips are a choice of inputs: the sender cannot tell one from another, an audit can.
  'flip first bit': ['done'],
  // A bet on Δ in one tree, right half of the time.
  'flip last bit': ['ERR_VERIFY_OT_EXTENSION', 'done'],
  zeros: ['ERR_VERIFY_OT_EXTENSION', 'ERR_DECODE_SCHEMA'],
  ones: ['ERR_DECODE_SCHEMA'],
  replay: ['done'],
  reorder: ['ERR_CHANNEL_TIMEOUT'],
}

const ANSWER: JointOutcomes = {
  ...CUT,
  oversize: ['ERR_DECODE_TRAILING', 'ERR_DECODE_SCHEMA'],
  'flip first bit': ['ERR_VERIFY_SIGNATURE'],
  'flip last bit': ['ERR_VERIFY_SIGNATURE'],
  zeros: ['ERR_VERIFY_SIGNATURE', 'ERR_DECODE_SCHEMA'],
  ones: ['ERR_DECODE_SCHEMA'],
  replay: ['done'],
  reorder: ['ERR_CHANNEL_TIMEOUT'],
}

const CUT_SHORT: readonly FrameAttack[] = ['truncate', 'empty', 'extend', 'oversize']

/** Every frame of a joint query, every attack on it, and how the honest side stops. */
export const jointFrameAttacks: readonly JointFrameAttacks[] = [
  {
    name: 'request',
    session: 'joint-query',
    role: 'inquirer',
    nth: 0,
    outcomes: {
      ...CUT,
      'flip first bit': ['ERR_JOINT_SETUP'],
      // The scalar of a proof: beyond the order, or of no proof.
      'flip last bit': ['ERR_DECODE_SCALAR', 'ERR_VERIFY_BLINDING'],
      zeros: ['ERR_DECODE_ELEMENT'],
      ones: ['ERR_DECODE_ELEMENT'],
      replay: ['ERR_DECODE_LENGTH'],
      reorder: ['ERR_CHANNEL_TIMEOUT'],
    },
    // The copy is read as the choice.
    burns: ['replay'],
  },
  {
    name: 'choice',
    session: 'joint-query',
    role: 'inquirer',
    nth: 1,
    outcomes: CHOICE,
    burns: [...CUT_SHORT, 'zeros', 'ones'],
  },
  {
    name: 'evaluation',
    session: 'joint-query',
    role: 'answering',
    nth: 0,
    outcomes: {
      ...CUT,
      // Another seed commitment is another tag of the OTs: the provider itself finds the chunk wrong, and says so.
      'flip first bit': ['ERR_PEER_REFUSED'],
      'flip last bit': ['ERR_DECODE_SCALAR', 'ERR_VERIFY_DLEQ'],
      zeros: ['ERR_DECODE_ELEMENT'],
      ones: ['ERR_DECODE_ELEMENT'],
      replay: ['ERR_DECODE_LENGTH'],
      reorder: ['ERR_CHANNEL_TIMEOUT'],
    },
    burns: ['flip first bit'],
  },
  { name: 'answer', session: 'joint-query', role: 'answering', nth: 1, outcomes: ANSWER, burns: [] },
  {
    name: 'request of a comparison',
    session: 'joint-threshold',
    role: 'inquirer',
    nth: 0,
    outcomes: {
      ...CHOICE,
      'flip first bit': ['ERR_JOINT_SETUP'],
      zeros: ['ERR_JOINT_SETUP'],
      ones: ['ERR_JOINT_SETUP'],
      oversize: ['ERR_JOINT_SETUP'],
    },
    burns: ['truncate', 'extend'],
  },
  {
    name: 'garbled comparison',
    session: 'joint-threshold',
    role: 'answering',
    nth: 0,
    outcomes: ANSWER,
    burns: [],
  },
]

/** What a provider may do to its garbled check before it signs the transcript. */
export interface JointAnswerAttack {
  readonly name: string
  /** @param at which byte, AND gate or input, counted from 0 */
  readonly change: (body: Uint8Array, at: number) => Uint8Array
  /** How often the inquirer finds it, over all `at`: a label or ciphertext is read for one of two values. */
  readonly rate: number
}

const KEY_BYTES = 16
const GATE_BYTES = 32
const PAIR_BYTES = 32

/**
 * Corruptions of a provider's answer, signed by itself. What the inquirer reads, it finds out by the decoding of outputs
 * (ERR_VERIFY_GARBLED) and keeps to itself; what it does not read has no effect on the result. A selective failure therefore
 * shows a bit of the input to a provider that learns whether the query went on; the audit of the provider shows all of them.
 *
 * @param inputs of the circuit
 */
export function jointAnswerAttacks(inputs: number): readonly JointAnswerAttack[] {
  const flip = (body: Uint8Array, at: number) => body.with(at, (body[at] as number) ^ 0x55)
  const labelsOf = (body: Uint8Array) => body.length - inputs * PAIR_BYTES
  return [
    { name: 'a changed key', change: body => flip(body, 3), rate: 1 },
    {
      name: 'a changed ciphertext of a gate',
      change: (body, at) => flip(body, KEY_BYTES + GATE_BYTES * at),
      rate: 0.5,
    },
    {
      name: 'a selective failure: a wrong label for one',
      change: (body, at) => flip(body, labelsOf(body) + PAIR_BYTES * at + PAIR_BYTES / 2),
      rate: 0.5,
    },
    {
      name: 'wrong labels for both values of an input',
      change: (body, at) => {
        const first = labelsOf(body) + PAIR_BYTES * at
        return flip(flip(body, first), first + PAIR_BYTES / 2)
      },
      rate: 1,
    },
  ]
}
