import { concat, fromUtf8, utf8, wipe } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import type { ComputeTask, TaskModule } from '@mixun/core/compute'
import { fail } from '@mixun/core/errors'
import {
  decodeKeyPair,
  encodeSecretKey,
  evaluateInputs,
  type OprfKeyPair,
  type OprfSuite,
  oprfSuiteById,
} from '../oprf/index.ts'

/** The task of a thread: the outputs, one after another, of the inputs that {@link encodeSubjects} encodes. */
export const evaluateSubjectsTask: ComputeTask = input => {
  const reader = new Reader(input)
  const oprf = oprfSuiteById(fromUtf8(reader.bytes16(64)))
  const allowVariableTime = reader.uint8() === 1
  const { secretKey } = decodeKeyPair(oprf, reader.fixed(oprf.group.scalarBytes), { allowVariableTime })
  const inputs = Array.from({ length: reader.uint16() }, () => reader.bytes16(0xffff))
  reader.end()
  return concat(...evaluateInputs(oprf, 'voprf', secretKey, inputs, { allowVariableTime }))
}

/** The tasks of building joint tables, for `evaluateSubjectsInPool`. */
export const jointTableTasks: TaskModule = { url: import.meta.url, tasks: { evaluateSubjectsTask } }

/** The input of {@link evaluateSubjectsTask}. Holds the key and the subjects: wipe it. */
export function encodeSubjects(oprf: OprfSuite, key: OprfKeyPair, inputs: readonly Uint8Array[]): Uint8Array {
  const secret = encodeSecretKey(oprf, key)
  const writer = new Writer()
    .bytes16(utf8(oprf.id))
    .uint8(key.allowVariableTime === true ? 1 : 0)
    .raw(secret)
    .uint16(inputs.length)
  for (const input of inputs) writer.bytes16(input)
  const encoded = writer.finish()
  wipe(secret)
  return encoded
}

/** The result of {@link evaluateSubjectsTask}. @throws ERR_COMPUTE_RESULT */
export function decodeOutputs({ hashBytes }: OprfSuite, count: number, output: Uint8Array): Uint8Array[] {
  if (output.length !== count * hashBytes) {
    fail('ERR_COMPUTE_RESULT', `expected ${count} outputs from a thread, found ${output.length} bytes`)
  }
  return Array.from({ length: count }, (_, i) => output.slice(hashBytes * i, hashBytes * (i + 1)))
}
