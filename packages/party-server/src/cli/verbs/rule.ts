import { fail } from '@mixun/core/errors'
import { RULE_KINDS, recordRule } from '../../association/rules.ts'
import { readJson } from '../files.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const rule = verb<CommonOptions>({
  usage: 'rule <kind> <file>',
  summary: [
    `change a rule of the consortium, as the association; kinds: ${RULE_KINDS.join(', ')}`,
    `协会变更联盟规则；种类：${RULE_KINDS.join('、')}`,
  ],
  examples: [
    'mixun rule calendar calendar-2027.json --home ./association',
    'mixun rule budget jia-budget.json --home ./association --json',
  ],
  options: [],
  action: async ({ arguments: [name, file], home, output }) => {
    const kind =
      RULE_KINDS.find(each => each === name) ??
      fail('ERR_PARAMETER_UNKNOWN', `expected one of ${RULE_KINDS.join(', ')}`)
    const ledgerIndex = await recordRule(await home(), kind, readJson(file as string))
    output.result({ kind, ledgerIndex }, [
      [`${kind} recorded as entry ${ledgerIndex}`, `${kind} 已记入账本第 ${ledgerIndex} 条`],
    ])
  },
})
