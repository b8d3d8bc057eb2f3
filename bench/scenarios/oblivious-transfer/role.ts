// One role of OT extension in a process of its own, over TCP on this machine.
import { SocketChannel } from '@mixun/ot/testing'
import { openLine, type RoleInput } from '../../harness/two-roles.ts'
import { workerInput, workerOutput } from '../../harness/worker.ts'
import { measureEnd, receiverSession, senderSession } from './ends.ts'

const input = workerInput<RoleInput>()
const { role, parameters, count } = input

const channel = new SocketChannel(await openLine(input))
const session = role === 'sender' ? await senderSession(channel, parameters) : await receiverSession(channel)
workerOutput(await measureEnd(role, session, count))
await session.close()
