import { wipe } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import type { ComputeTask, TaskModule } from '@mixun/core/compute'
import { fail } from '@mixun/core/errors'
import type { Element, Group } from '@mixun/core/group'
import { decodePublicKey, encodePublicKey, encodeSecretKey, type OprfKeyPair } from './keys.ts'
import { MAX_BATCH, type OprfSuite, oprfSuiteById } from './params.ts'
import { decodeNonZeroScalar } from '../group/public.ts'
import { type EvaluatedPart, evaluatePart } from './server.ts'

/** The task of a thread: {@link evaluatePart} over {@link encodePart} and {@link decodeEvaluatedPart}. */
export const evaluatePartTask: ComputeTask = input => {
  const reader = new Reader(input)
  const suite = oprfSuiteById(new TextDecoder().decode(reader.bytes16(64)))
  const { group } = suite
  const first = reader.uint16()
  const blindedElements = readElements(group, reader, reader.uint16())
  const publicKey = decodePublicKey(suite, reader.fixed(group.elementBytes))
  const allowVariableTime = reader.uint8() === 1
  const secretKey = decodeNonZeroScalar(group, reader.fixed(group.scalarBytes))
  reader.end()
  const key: OprfKeyPair = { secretKey, publicKey, allowVariableTime }
  const { evaluatedElements, composite } = evaluatePart(suite, key, first, blindedElements)
  const writer = new Writer()
  for (const bytes of group.encodeElementBatch([...evaluatedElements, composite])) writer.raw(bytes)
  return writer.finish()
}

/** The tasks of OPRF servers, for {@link OprfServerOptions.compute}. */
export const oprfTasks: TaskModule = { url: import.meta.url, tasks: { evaluatePartTask } }

/** The input of {@link evaluatePartTask}. Holds the key: wipe it. */
export function encodePart(
  suite: OprfSuite,
  key: OprfKeyPair,
  first: number,
  blindedElements: readonly Element[],
): Uint8Array {
  const writer = new Writer()
    .bytes16(new TextEncoder().encode(suite.id))
    .uint16(first)
    .uint16(blindedElements.length)
  for (const bytes of suite.group.encodeElementBatch(blindedElements)) writer.raw(bytes)
  const secret = encodeSecretKey(suite, key)
  const encoded = writer
    .raw(encodePublicKey(suite, key.publicKey))
    .uint8(key.allowVariableTime === true ? 1 : 0)
    .raw(secret)
    .finish()
  wipe(secret)
  return encoded
}

/** The result of {@link evaluatePartTask} for `count` elements. @throws ERR_COMPUTE_RESULT */
export function decodeEvaluatedPart(suite: OprfSuite, count: number, output: Uint8Array): EvaluatedPart {
  const { group } = suite
  if (output.length !== (count + 1) * group.elementBytes) {
    fail('ERR_COMPUTE_RESULT', `expected ${count + 1} elements from a thread, found ${output.length} bytes`)
  }
  const elements = readElements(group, new Reader(output), count + 1)
  return { evaluatedElements: elements.slice(0, count), composite: elements[count] as Element }
}

function readElements(group: Group, reader: Reader, count: number): Element[] {
  if (count > MAX_BATCH) fail('ERR_INPUT_LENGTH', `expected at most ${MAX_BATCH} elements, found ${count}`)
  return Array.from({ length: count }, () => group.decodeElement(reader.fixed(group.elementBytes)))
}
