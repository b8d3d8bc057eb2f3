// One role of a set intersection in a process of its own, over TCP on this machine; a small run before it warms up.
import { openRole } from '../../harness/two-ends.ts'
import type { RoleInput } from '../../harness/two-roles.ts'
import { workerInput, workerOutput } from '../../harness/worker.ts'
import { itemsOf, measureEnd, protocolOf } from './ends.ts'

const WARM_UP_ITEMS = 1_024

const input = workerInput<RoleInput>()
const { role, parameters, count } = input

const items = itemsOf(role, count)
for (const some of [itemsOf(role, WARM_UP_ITEMS), items]) {
  const session = await openRole(input, protocolOf(parameters))
  const figures = await measureEnd(role, session, some)
  await session.close()
  if (some === items) workerOutput(figures)
}
