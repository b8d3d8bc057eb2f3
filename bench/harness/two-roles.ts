import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { runWorker } from './worker.ts'

/** 100 Mbit/s each way and 10 ms one way. */
export const SLOW_LINE = { latencyMs: 10, bytesPerSecond: 12_500_000 }

/** A protocol's two ends, each in a process of its own. */
export type TwoRoles = 'sender' | 'receiver'

/** What a worker of {@link runRoles} is given: the sender listens, the receiver connects. */
export interface RoleInput {
  readonly role: TwoRoles
  readonly port: number
  readonly parameters: string
  readonly count: number
}

/** Runs both roles of a script at once, over TCP on this machine. @returns what each wrote out */
export async function runRoles<Figures>(
  script: string,
  parameters: string,
  count: number,
): Promise<Record<TwoRoles, Figures>> {
  const port = await freePort()
  const input = (role: TwoRoles): RoleInput => ({ role, port, parameters, count })
  const [sender, receiver] = (await Promise.all([
    runWorker(script, input('sender')),
    runWorker(script, input('receiver')),
  ])) as [Figures, Figures]
  return { sender, receiver }
}

/** In the worker: the line to the other role. */
export function openLine({ role, port }: RoleInput): Promise<Socket> {
  return role === 'sender' ? listen(port) : connectSoon(port)
}

async function listen(port: number): Promise<Socket> {
  const server = createServer()
  await once(server.listen(port, '127.0.0.1'), 'listening')
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  return socket
}

async function connectSoon(port: number): Promise<Socket> {
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
