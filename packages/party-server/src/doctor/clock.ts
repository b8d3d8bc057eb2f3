import { MAX_CLOCK_SKEW_MS } from '@mixun/core/session'
import { type Finding, ok, problem, warning } from './finding.ts'
import type { PeerAnswer } from './peers.ts'

/** More than a network and a loaded machine explain. */
const NOTABLE_MS = 5_000
const NEXT = [
  'synchronise the clock of this machine (NTP): others refuse one that is 2 minutes off, either way',
  '请校准本机时钟（NTP）：快慢超过 2 分钟时会话将被拒绝',
] as const

/** The clock of this machine against those of the members that answered: the median, so that one of them cannot lie. */
export function examineClock(answers: readonly PeerAnswer[]): Finding[] {
  if (answers.length === 0) {
    return [warning('clock', ['nobody answered whose clock could be compared', '无可比对时钟的机构'], NEXT)]
  }
  const differences = answers.map(({ clockDifferenceMs }) => clockDifferenceMs).toSorted((a, b) => a - b)
  const median = differences[Math.floor(differences.length / 2)] as number
  const away = Math.abs(median)
  const what = [
    `${away} ms ${median > 0 ? 'behind' : 'ahead of'} ${answers.length} members`,
    `相对 ${answers.length} 家机构${median > 0 ? '慢' : '快'} ${away} 毫秒`,
  ] as const
  if (away > MAX_CLOCK_SKEW_MS) return [problem('clock', what, NEXT)]
  return [away > NOTABLE_MS ? warning('clock', what, NEXT) : ok('clock', what)]
}
