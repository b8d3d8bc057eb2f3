import type { Session } from '@mixun/core/session'
import { PSI_PROTOCOL, runPsiReceiver, runPsiSender } from '@mixun/ot/psi'
import {
  PSI_CARDINALITY_PROTOCOL,
  psiCardinalityParameters,
  runPsiCardinalityReceiver,
  runPsiCardinalitySender,
} from '@mixun/ot/psi-cardinality'
import { measureRun, type RunFigures } from '../../harness/two-ends.ts'
import type { TwoRoles } from '../../harness/two-roles.ts'

/** The protocol of parameters: items in common, or their number alone. */
export function protocolOf(parameters: string): string {
  return parameters === psiCardinalityParameters.id ? PSI_CARDINALITY_PROTOCOL : PSI_PROTOCOL
}

const ITEM_BYTES = 18

/** `count` items of 18 digits, of which the two sides have half in common; parts of one array, as read from a file. */
export function itemsOf(role: TwoRoles, count: number): Uint8Array[] {
  const first = role === 'sender' ? Math.floor(count / 2) : 0
  const bytes = Buffer.alloc(ITEM_BYTES * count)
  return Array.from({ length: count }, (_, i) => {
    bytes.write(`1101051990${String(first + i).padStart(8, '0')}`, ITEM_BYTES * i, 'latin1')
    return new Uint8Array(bytes.buffer, bytes.byteOffset + ITEM_BYTES * i, ITEM_BYTES)
  })
}

/** A run from the first message to the result, base OTs and all. @throws when the result is not the half in common */
export function measureEnd(
  role: TwoRoles,
  session: Session,
  items: readonly Uint8Array[],
): Promise<RunFigures> {
  const isCardinality = session.hello.protocol === PSI_CARDINALITY_PROTOCOL
  return measureRun(session, async () => {
    if (role === 'sender') {
      await (isCardinality ? runPsiCardinalitySender : runPsiSender)(session, { items })
      return
    }
    const found = isCardinality
      ? (await runPsiCardinalityReceiver(session, { items })).cardinality
      : (await runPsiReceiver(session, { items })).common.length
    const expected = Math.ceil(items.length / 2)
    if (found !== expected) throw new Error(`expected ${expected} common items, found ${found}`)
  })
}
