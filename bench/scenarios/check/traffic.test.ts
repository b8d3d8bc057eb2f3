import { expect, test } from 'vitest'
import type { RelayEvent } from '../../harness/byte-relay.ts'
import { measurePhases, measureTraffic } from './traffic.ts'

const event = (at: number, direction: RelayEvent['direction'], bytes = 1): RelayEvent => ({
  at,
  direction,
  bytes,
})
const windows = [
  { startedAt: 0, endedAt: 100 },
  { startedAt: 110, endedAt: 200 },
]
const firms = [
  event(20, 'to-server', 600),
  event(45, 'to-client', 200),
  event(60, 'to-client', 300),
  event(105, 'to-client', 7),
  event(130, 'to-server', 500),
  event(150, 'to-client', 400),
]

test('the first byte out and the last byte back divide a check into its phases', () => {
  const [before, asking, after, whole] = measurePhases(windows, { firms, association: [] })
  expect(before?.samples).toEqual([20, 20])
  expect(asking?.samples).toEqual([40, 20])
  expect(after?.samples).toEqual([40, 50])
  expect(whole?.samples).toEqual([100, 90])
})

test('bytes count for the check after which they come', () => {
  const measured = measureTraffic(windows, { firms, association: [event(10, 'to-server', 9)] })
  expect(Object.fromEntries(measured.map(({ name, samples }) => [name, samples]))).toEqual({
    'to other firms, all': [600, 500],
    'from other firms, all': [507, 400],
    'to association': [9, 0],
    'from association': [0, 0],
  })
})
