import { CONSENT_PURPOSES, type ConsentPurpose } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { HeldIntent } from '@mixun/sdk'
import { openClient } from '../open-client.ts'
import { requireOperator } from '../options.ts'
import type { Phrase } from '../language.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly purpose: string
  readonly count: string
  readonly hours?: string
  readonly operator: string
}

export const prebuy = verb<Options>({
  usage: 'prebuy',
  summary: [
    'buy intents in advance, for inquiries while the ledger is out of reach; what expires unused comes back',
    '预购查询意向，供账本不可达时使用；到期未用自动退回积分',
  ],
  examples: ['mixun prebuy --purpose credit-granting --count 2 --hours 8 --operator li.na --home ./jia'],
  options: [
    { flags: '--purpose <purpose>', text: [CONSENT_PURPOSES.join(', '), '用途'], required: true },
    { flags: '--count <n>', text: ['how many', '数量'], value: '1' },
    { flags: '--hours <n>', text: ['how long they last; as the rules allow by default', '有效小时数'] },
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
  ],
  action: async ({ options, home, output }) => {
    const opened = await home()
    requireOperator(opened, 'makers', options.operator)
    await using mixun = await openClient(opened, output)
    const { hours } = options
    const bought = await mixun.buyIntents({
      purpose: parsePurpose(options.purpose),
      count: Number(options.count),
      ...(hours === undefined ? {} : { hours: Number(hours) }),
    })
    const held = mixun.heldIntents()
    output.result({ bought, held }, [
      [`bought ${bought.length}, hold ${held.length}`, `已预购 ${bought.length} 笔，现有 ${held.length} 笔`],
      ...held.map(line),
    ])
  },
})

function line({ intentId, purpose, classes, expiresAt }: HeldIntent): Phrase {
  const text = `${intentId}  ${purpose}  ${classes.join()}  ${new Date(expiresAt).toISOString()}`
  return [text, text]
}

function parsePurpose(text: string): ConsentPurpose {
  const purpose = CONSENT_PURPOSES.find(each => each === text)
  return purpose ?? fail('ERR_INPUT_RANGE', `--purpose: expected one of ${CONSENT_PURPOSES.join(', ')}`)
}
