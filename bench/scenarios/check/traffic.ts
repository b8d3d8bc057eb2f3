import type { RelayEvent } from '../../harness/byte-relay.ts'
import { type Measurement, measurement } from '../../harness/result.ts'

/** The time of one check, as the inquirer saw it. */
export interface CheckWindow {
  readonly startedAt: number
  readonly endedAt: number
}

/** What went over the inquirer's relays: to the other firms, and to the association. */
export interface Traffic {
  readonly firms: readonly RelayEvent[]
  readonly association: readonly RelayEvent[]
}

/**
 * Phases of each check as its traffic shows them: until the first byte to a firm (mirror sync, intent), until the last
 * byte from one (evaluations), until the answer (outcome, opening of rows, mirror sync).
 */
export function measurePhases(windows: readonly CheckWindow[], { firms }: Traffic): Measurement[] {
  const phases = windows.flatMap(({ startedAt, endedAt }) => {
    const inside = firms.filter(({ at }) => at >= startedAt && at <= endedAt)
    const asked = inside.find(({ direction }) => direction === 'to-server')?.at
    const answered = inside.findLast(({ direction }) => direction === 'to-client')?.at
    if (asked === undefined || answered === undefined) return []
    return [{ before: asked - startedAt, asking: answered - asked, after: endedAt - answered }]
  })
  const group = 'phases of one check, from the traffic (through relays)'
  return [
    measurement(
      group,
      '1 sync, intent on record',
      'ms',
      phases.map(({ before }) => before),
    ),
    measurement(
      group,
      '2 all evaluations',
      'ms',
      phases.map(({ asking }) => asking),
    ),
    measurement(
      group,
      '3 outcome on record, rows opened',
      'ms',
      phases.map(({ after }) => after),
    ),
    measurement(
      group,
      'whole check',
      'ms',
      windows.map(({ startedAt, endedAt }) => endedAt - startedAt),
    ),
  ]
}

/** Bytes of each check on the sockets of the inquirer. */
export function measureTraffic(windows: readonly CheckWindow[], traffic: Traffic): Measurement[] {
  const group = 'bytes of one check on the sockets of the inquirer (TLS, HTTP/2 and gRPC included)'
  const bytes = (events: readonly RelayEvent[], direction: RelayEvent['direction']) =>
    windows.map(({ startedAt }, i) => {
      // What trails after the answer belongs to its check.
      const until = windows[i + 1]?.startedAt ?? Number.POSITIVE_INFINITY
      return events
        .filter(event => event.direction === direction && event.at >= startedAt && event.at < until)
        .reduce((sum, event) => sum + event.bytes, 0)
    })
  return Object.entries({ 'other firms, all': traffic.firms, association: traffic.association }).flatMap(
    ([name, events]) => [
      measurement(group, `to ${name}`, 'bytes', bytes(events, 'to-server')),
      measurement(group, `from ${name}`, 'bytes', bytes(events, 'to-client')),
    ],
  )
}
