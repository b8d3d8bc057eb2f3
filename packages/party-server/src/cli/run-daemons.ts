import type { Home } from '@mixun/sdk/home'
import { pino } from 'pino'
import { type Daemon, startDaemon } from '../daemon/daemon.ts'

/** Where a daemon of this process listens. */
export interface ServedParty {
  readonly party: string
  readonly port: number
}

/**
 * Runs the daemons of some homes until the process is told to stop, with their log on standard error.
 *
 * @param onServing told once all of them serve
 * @throws what a daemon fails to start with, after the others are closed
 */
export async function runDaemons(
  homes: readonly Home[],
  level: string,
  onServing: (serving: ServedParty[]) => void,
): Promise<void> {
  const daemons: Daemon[] = []
  try {
    const serving: ServedParty[] = []
    for (const home of homes) {
      const party = home.identity.partyId
      const daemon = await startDaemon(home, pino({ level, base: { party } }, pino.destination(2)))
      daemons.push(daemon)
      serving.push({ party, port: daemon.port })
    }
    onServing(serving)
    await new Promise<void>(resolve => {
      process.once('SIGINT', resolve)
      process.once('SIGTERM', resolve)
    })
  } finally {
    await Promise.all(daemons.map(daemon => daemon.close()))
  }
}
