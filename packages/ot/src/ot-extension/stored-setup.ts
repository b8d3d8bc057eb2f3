import { fromUtf8, utf8 } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { BLOCK_BYTES, type OtExtensionParameters, otExtensionParametersById } from './params.ts'
import { ReceiverSetup, SenderSetup } from './setup.ts'
import type { Leaves } from './trees.ts'

const ID_BYTES = 32
const ROLES = { receiver: 1, sender: 2 } as const

/** Bytes of an encoded setup at most: 4,196 for k = 2. */
export const MAX_SETUP_BYTES = 8_448

/**
 * Role ‖ parameters ‖ id ‖ leaves ‖ Δ of a sender. Secret: to be stored encrypted, for the other side of the very
 * same setup, and deleted when the setup is burnt.
 *
 * @throws ERR_STATE_CONSUMED for a setup that was burnt
 */
export function encodeSenderSetup(setup: SenderSetup): Uint8Array {
  return header(setup, ROLES.sender).fixed(setup.delta, BLOCK_BYTES).finish()
}

/** As {@link encodeSenderSetup}, without Δ. */
export function encodeReceiverSetup(setup: ReceiverSetup): Uint8Array {
  return header(setup, ROLES.receiver).finish()
}

/** @throws ERR_DECODE_LENGTH, ERR_DECODE_TRAILING, ERR_DECODE_SCHEMA for the other role's, ERR_PARAMETER_UNKNOWN */
export function decodeSenderSetup(bytes: Uint8Array): SenderSetup {
  const { parameters, id, leaves, reader } = readHeader(bytes, ROLES.sender)
  const delta = reader.fixed(BLOCK_BYTES).slice()
  reader.end()
  return new SenderSetup(parameters, id, leaves, delta)
}

/** As {@link decodeSenderSetup}. */
export function decodeReceiverSetup(bytes: Uint8Array): ReceiverSetup {
  const { parameters, id, leaves, reader } = readHeader(bytes, ROLES.receiver)
  reader.end()
  return new ReceiverSetup(parameters, id, leaves)
}

function header(setup: ReceiverSetup | SenderSetup, role: number): Writer {
  return new Writer()
    .uint8(role)
    .bytes16(utf8(setup.parameters.id))
    .fixed(setup.id, ID_BYTES)
    .raw(setup.copyLeaves())
}

function readHeader(bytes: Uint8Array, role: number) {
  const reader = new Reader(bytes)
  const found = reader.uint8()
  if (found !== role) fail('ERR_DECODE_SCHEMA', `expected a setup of role ${role}, found ${found}`)
  const parameters = otExtensionParametersById(fromUtf8(reader.bytes16(64)))
  const id = reader.fixed(ID_BYTES).slice()
  return { parameters, id, leaves: splitLeaves(parameters, reader), reader }
}

function splitLeaves({ trees, k }: OtExtensionParameters, reader: Reader): Leaves[] {
  return Array.from({ length: trees }, () =>
    Array.from({ length: 2 ** k }, () => reader.fixed(BLOCK_BYTES).slice()),
  )
}
