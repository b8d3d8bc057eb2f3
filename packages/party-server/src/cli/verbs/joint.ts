import { Subject } from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import type { ConsentId, JointAnswer, JointOf } from '@mixun/sdk'
import { OVERDUE_DATASET } from '@mixun/sdk/joint'
import type { Phrase } from '../language.ts'
import { requireOperator } from '../options.ts'
import { openClient } from '../open-client.ts'
import { readSubject } from '../subject-input.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly of: string
  readonly idType: string
  readonly consent: string
  readonly requestId: string
  readonly operator: string
  readonly dataset: string
  readonly noise?: string
  readonly withoutMissing?: boolean
}

export const joint = verb<Options>({
  usage: 'joint',
  summary: [
    'open one total over all firms about one investor, of which nobody learns who contributed; the identity number is read from standard input',
    '对一名投资者向所有机构开启一个合计，任何人都不知道由谁贡献；证件号码从标准输入读取',
  ],
  examples: [
    'mixun joint --of overdue --consent 5f0c… --request-id joint-2026-000123 --operator li.na --home ./jia < number.txt',
    'mixun joint --of at-least:50000000 --consent 5f0c… --request-id joint-2026-000124 --operator li.na < number.txt',
    'mixun joint --of overdue --consent 5f0c… --request-id joint-2026-000123 --operator li.na --without-missing < number.txt',
  ],
  options: [
    {
      flags: '--of <output>',
      text: [
        'overdue (sum in fen), count, or at-least:<fen>',
        'overdue（合计，分）、count（家数）或 at-least:<分>',
      ],
      value: 'overdue',
    },
    { flags: '--id-type <type>', text: ['resident-id, uscc or one-code', '证件类型'], value: 'resident-id' },
    { flags: '--consent <id>', text: ['consent of this investor', '该投资者的授权编号'], required: true },
    { flags: '--request-id <id>', text: ['your name of this query', '查询请求编号'], required: true },
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
    { flags: '--dataset <name>', text: ['what is totalled up', '数据集名称'], value: OVERDUE_DATASET },
    {
      flags: '--noise <scale>',
      text: ['adds discrete Laplace noise of this scale', '加入该尺度的离散拉普拉斯噪声'],
    },
    {
      flags: '--without-missing',
      text: [
        'voids a query for which a firm is missing, on the ledger, and asks it of the others',
        '有机构缺席时在账本登记作废，并向其余机构重新查询',
      ],
    },
  ],
  action: async ({ options, home, output }) => {
    const opened = await home()
    requireOperator(opened, 'makers', options.operator)
    const of = parseOf(options.of)
    const noise = options.noise === undefined ? {} : { noiseScale: Number(options.noise) }
    const subject = Subject.parse(options.idType, await readSubject())
    await using mixun = await openClient(opened, output)
    const answer = await mixun.jointQuery(subject, {
      of,
      consent: options.consent as ConsentId,
      requestId: options.requestId,
      dataset: options.dataset,
      operator: options.operator,
      withoutMissing: options.withoutMissing === true,
      ...noise,
    })
    output.result(answer.toClear(), jointLines(answer))
  },
})

/** @throws ERR_PARAMETER_UNKNOWN */
function parseOf(text: string): JointOf {
  if (text === 'overdue') return 'overdueFen'
  if (text === 'count') return 'count'
  const limit = /^at-least:(\d{1,15})$/.exec(text)?.[1]
  if (limit !== undefined) return { atLeastFen: BigInt(limit) }
  return fail('ERR_PARAMETER_UNKNOWN', '--of: expected overdue, count or at-least:<fen>')
}

function jointLines(answer: JointAnswer): Phrase[] {
  const { of, total, isAtLeast, thresholdFen } = answer.toClear()
  const { firms, without } = answer
  const left: Phrase[] =
    without.length === 0 ? [] : [[`without: ${without.join(', ')}`, `未包含：${without.join('、')}`]]
  if (of === 'atLeastFen') {
    const [en, zh] = isAtLeast ? ['at least', '不低于'] : ['below', '低于']
    return [
      [
        `the sum over ${firms} firms is ${en} ${thresholdFen} fen`,
        `${firms} 家机构合计${zh} ${thresholdFen} 分`,
      ],
      ...left,
    ]
  }
  const line: Phrase =
    of === 'count'
      ? [`${total} of ${firms} firms have an entry`, `${firms} 家机构中 ${total} 家有记录`]
      : [`sum over ${firms} firms: ${total} fen`, `${firms} 家机构合计：${total} 分`]
  return [line, ...left]
}
