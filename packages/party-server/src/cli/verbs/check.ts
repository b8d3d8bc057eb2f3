import { Subject } from '@mixun/core/domain'
import { answerToJson, type ConsentId } from '@mixun/sdk'
import { answerLines } from '../answer-lines.ts'
import { requireOperator } from '../options.ts'
import { readSubject } from '../subject-input.ts'
import { openClient } from '../open-client.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly idType: string
  readonly consent: string
  readonly requestId: string
  readonly operator: string
}

export const check = verb<Options>({
  usage: 'check',
  summary: [
    'ask all firms about one investor; the identity number is read from standard input',
    '向所有机构查询一名投资者；证件号码从标准输入读取',
  ],
  examples: [
    'mixun check --consent 5f0c… --request-id credit-2026-000123 --operator li.na --home ./jia < number.txt',
  ],
  options: [
    { flags: '--id-type <type>', text: ['resident-id, uscc or one-code', '证件类型'], value: 'resident-id' },
    { flags: '--consent <id>', text: ['consent of this investor', '该投资者的授权编号'], required: true },
    { flags: '--request-id <id>', text: ['your name of this inquiry', '查询请求编号'], required: true },
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
  ],
  action: async ({ options, home, output }) => {
    const opened = await home()
    requireOperator(opened, 'makers', options.operator)
    const subject = Subject.parse(options.idType, await readSubject())
    await using mixun = await openClient(opened, output)
    const answer = await mixun.checkDefaults(subject, {
      consent: options.consent as ConsentId,
      requestId: options.requestId,
      operator: options.operator,
      onBudgetAlarm: ({ budget, used, limit }) =>
        output.warning([
          `budget ${budget}: ${used} of ${limit} used`,
          `额度 ${budget}：已用 ${used}/${limit}`,
        ]),
    })
    if (answer.isProvisional) {
      output.warning([
        'the ledger is out of reach: asked under an intent bought in advance, which is filled in when it is back',
        '账本不可达：已使用预购意向查询，恢复后将补登',
      ])
    }
    output.result(answerToJson(answer), answerLines(answer))
  },
})
