import { concat, wipe } from '@mixun/core/bytes'
import type { Suite } from '@mixun/core/suite'
import { evaluateInputs, type OprfKeyPair, type OprfSuite } from '../oprf/index.ts'
import { type KeyScope, rowKey, rowTag, subjectKey } from './key-schedule.ts'
import type { SealedTableParameters } from './params.ts'
import { sealRow } from './row.ts'

/** What all rows of one table are sealed under. */
export interface SealingContext {
  readonly suite: Suite
  readonly oprf: OprfSuite
  readonly parameters: SealedTableParameters
  readonly scope: KeyScope
  readonly key: OprfKeyPair
}

/** A subject or a dummy with the randomness of its rows. Input and payloads are secret. */
export interface SubjectToSeal {
  readonly input: Uint8Array
  readonly rows: readonly {
    readonly payload: Uint8Array
    /** σ, 16 fresh bytes. */
    readonly salt: Uint8Array
  }[]
}

/** The rows of these subjects, whole and one after the other. The evaluations share their kernel calls. */
export function sealRows(context: SealingContext, subjects: readonly SubjectToSeal[]): Uint8Array {
  const { suite, oprf, key, scope } = context
  const inputs = subjects.map(({ input }) => input)
  const outputs = evaluateInputs(oprf, 'voprf', key.secretKey, inputs, key)
  const parts: Uint8Array[] = []
  for (const [n, { rows }] of subjects.entries()) {
    const output = outputs[n] as Uint8Array
    const prk = subjectKey(suite, scope, output)
    for (const [i, { payload, salt }] of rows.entries()) {
      const tag = rowTag(suite, prk, i)
      const encryptionKey = rowKey(suite, prk, i, salt)
      parts.push(tag, salt, sealRow(context, encryptionKey, tag, salt, payload))
      wipe(encryptionKey)
    }
    wipe(output, prk)
  }
  return concat(...parts)
}
