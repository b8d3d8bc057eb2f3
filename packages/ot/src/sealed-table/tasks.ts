import { fromUtf8, utf8, wipe } from '@mixun/core/bytes'
import { Reader, Writer } from '@mixun/core/codec'
import type { ComputeTask, TaskModule } from '@mixun/core/compute'
import { suiteById } from '@mixun/core/suite'
import { decodePublicKey, encodeSecretKey, oprfSuiteById } from '../oprf/index.ts'
import { decodeNonZeroScalar } from '../group/public.ts'
import { SALT_BYTES, sealedTableParametersById } from './params.ts'
import { type SealingContext, sealRows, type SubjectToSeal } from './seal-rows.ts'

/** Longest text, key or field of a scope in a task. */
const MAX_FIELD_BYTES = 128

/** The task of a thread: {@link sealRows} of what {@link encodeSealing} encodes. */
export const sealRowsTask: ComputeTask = input => {
  const reader = new Reader(input)
  const context = readContext(reader)
  const subjects = Array.from({ length: reader.uint16() }, () => readSubject(reader))
  reader.end()
  return sealRows(context, subjects)
}

/** The tasks of table builds, for `buildTableInPool`. */
export const sealedTableTasks: TaskModule = { url: import.meta.url, tasks: { sealRowsTask } }

/** The input of {@link sealRowsTask}. Holds the key and the subjects: wipe it. */
export function encodeSealing(context: SealingContext, subjects: readonly SubjectToSeal[]): Uint8Array {
  const { suite, oprf, parameters, scope, key, version } = context
  const secret = encodeSecretKey(oprf, key)
  const writer = new Writer()
    .bytes16(utf8(suite.id))
    .bytes16(utf8(oprf.id))
    .bytes16(utf8(parameters.id))
    .bytes16(utf8(scope.provider))
    .bytes16(utf8(scope.class))
    .uint64(scope.epoch)
    .uint64(version)
    .bytes16(scope.publicKey)
    .uint8(key.allowVariableTime === true ? 1 : 0)
    .raw(secret)
    .uint16(subjects.length)
  for (const { input, rows } of subjects) {
    writer.bytes16(input).uint8(rows.length)
    for (const { payload, salt } of rows) writer.raw(salt).bytes16(payload)
  }
  const encoded = writer.finish()
  wipe(secret)
  return encoded
}

function readContext(reader: Reader): SealingContext {
  const text = () => fromUtf8(reader.bytes16(MAX_FIELD_BYTES))
  const suite = suiteById(text())
  const oprf = oprfSuiteById(text())
  const parameters = sealedTableParametersById(text())
  const [provider, tableClass] = [text(), text()]
  const [epoch, version] = [reader.uint64(), reader.uint64()]
  // A copy, as it goes into the scope of every row.
  const publicKey = reader.bytes16(MAX_FIELD_BYTES).slice()
  const allowVariableTime = reader.uint8() === 1
  const secretKey = decodeNonZeroScalar(oprf.group, reader.fixed(oprf.group.scalarBytes))
  return {
    suite,
    oprf,
    parameters,
    scope: { provider, class: tableClass, epoch, publicKey },
    version,
    key: { secretKey, publicKey: decodePublicKey(oprf, publicKey), allowVariableTime },
  }
}

function readSubject(reader: Reader): SubjectToSeal {
  const input = reader.bytes16(0xffff)
  const rows = Array.from({ length: reader.uint8() }, () => {
    const salt = reader.fixed(SALT_BYTES)
    return { salt, payload: reader.bytes16(0xffff) }
  })
  return { input, rows }
}
