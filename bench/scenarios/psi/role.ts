// One role of a set intersection in a process of its own, over TCP on this machine; a small run before it warms up.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { SocketChannel } from '@mixun/ot/testing'
import { workerInput, workerOutput } from '../../harness/worker.ts'
import { itemsOf, measureEnd, type Role, sessionOf } from './ends.ts'

export interface RoleInput {
  readonly role: Role
  readonly port: number
  readonly parameters: string
  readonly count: number
}

const WARM_UP_ITEMS = 1_024

const { role, port, parameters, count } = workerInput<RoleInput>()

async function listen(): Promise<Socket> {
  const server = createServer()
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  return socket
}

async function connectSoon(): Promise<Socket> {
  for (let attempt = 0; ; attempt++) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (attempt === 200) throw error
      await pause(50)
    }
  }
}

const items = itemsOf(role, count)
for (const some of [itemsOf(role, WARM_UP_ITEMS), items]) {
  const channel = new SocketChannel(role === 'sender' ? await listen() : await connectSoon())
  const session = await sessionOf(role, channel, parameters)
  const figures = await measureEnd(role, session, some)
  await session.close()
  if (some === items) workerOutput(figures)
}
