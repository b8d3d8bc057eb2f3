import { fail } from '@mixun/core/errors'
import { release as releaseDeltas } from '../../publish/release.ts'
import { DecisionLog, URGENT_REASONS, type UrgentReason } from '../../stores/decision-log.ts'
import type { Phrase } from '../language.ts'
import { requireOperator } from '../options.ts'
import { formatTable } from '../output.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly urgent?: boolean
  readonly operator?: string
  readonly reason?: string
}

export const release = verb<Options>({
  usage: 'release',
  summary: [
    'bring what was approved since into the published tables, as the delta that is due',
    '将新批准的变更作为到期增量发布到密封表',
  ],
  examples: [
    'mixun release --home ./jia',
    'mixun release --urgent --operator wang.fang --reason court-order --home ./jia',
  ],
  options: [
    {
      flags: '--urgent',
      text: ['do not wait for the clock; that shows, and is logged', '不等待时钟，紧急发布（留痕）'],
    },
    { flags: '--operator <name>', text: ['the checker who decides', '作出决定的复核操作员'] },
    { flags: '--reason <reason>', text: [URGENT_REASONS.join(', '), `原因：${URGENT_REASONS.join('、')}`] },
  ],
  action: async ({ home, options, output }) => {
    const opened = await home()
    const urgent = options.urgent === true
    if (urgent) {
      const operator = requireOperator(opened, 'checkers', options.operator)
      const reason = parseReason(options.reason)
      using log = new DecisionLog(opened.paths.decisions)
      log.add({ at: Date.now(), decision: 'urgent-release', operator, reason })
    }
    const lines = await releaseDeltas(opened, { urgent })
    const rows = lines.map(line =>
      [
        line.class,
        line.epoch,
        line.version,
        line.rows,
        line.changes ?? '-',
        line.deferred,
        line.unfit,
        line.ledgerIndex,
      ].map(String),
    )
    const head = ['class', 'epoch', 'version', 'rows', 'changes', 'deferred', 'unfit', 'ledger']
    output.result(
      { released: lines },
      formatTable([head, ...rows]).map((line): Phrase => [line, line]),
    )
  },
})

function parseReason(text: string | undefined): UrgentReason {
  return (
    URGENT_REASONS.find(reason => reason === text) ??
    fail('ERR_INPUT_RANGE', `--reason: expected one of ${URGENT_REASONS.join(', ')}`)
  )
}
