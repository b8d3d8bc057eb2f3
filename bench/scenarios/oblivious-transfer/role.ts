// One role of OT extension in a process of its own, over TCP on this machine.
import { OT_EXTENSION_PROTOCOL } from '@mixun/ot/ot-extension'
import { openRole } from '../../harness/two-ends.ts'
import type { RoleInput } from '../../harness/two-roles.ts'
import { workerInput, workerOutput } from '../../harness/worker.ts'
import { measureEnd } from './ends.ts'

const input = workerInput<RoleInput>()
const session = await openRole(input, OT_EXTENSION_PROTOCOL)
workerOutput(await measureEnd(input.role, session, input.count))
await session.close()
