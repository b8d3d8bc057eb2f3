import {
  CONSENT_PURPOSES,
  type ConsentPurpose,
  RECORD_CLASSES,
  type RecordClass,
  Subject,
} from '@mixun/core/domain'
import { fail } from '@mixun/core/errors'
import { type ConsentTerms } from '@mixun/sdk'
import { readInput } from '../files.ts'
import { parseNames, requireOperator } from '../options.ts'
import { readSubject } from '../subject-input.ts'
import { openClient } from '../open-client.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly idType: string
  readonly purpose: string
  readonly classes: string
  readonly datasets?: string
  readonly document: string
  readonly operator: string
  readonly days: string
  readonly uses: string
  readonly requestId?: string
}

export const consent = verb<Options>({
  usage: 'consent',
  summary: [
    "register an investor's authorisation; the identity number is read from standard input",
    '登记投资者授权；证件号码从标准输入读取',
  ],
  examples: [
    'mixun consent --id-type resident-id --purpose credit-granting --document signed.pdf --operator li.na < number.txt',
    'mixun consent --purpose credit-granting --document signed.pdf --operator li.na --request-id loan-4711 < number.txt',
  ],
  options: [
    { flags: '--id-type <type>', text: ['resident-id, uscc or one-code', '证件类型'], value: 'resident-id' },
    { flags: '--purpose <purpose>', text: [CONSENT_PURPOSES.join(', '), '用途'], required: true },
    { flags: '--classes <list>', text: ['classes the consent covers', '授权的数据类别'], value: 'A,B,C' },
    {
      flags: '--datasets <list>',
      text: ['data sets that joint queries may total up', '授权联合查询的数据集'],
    },
    { flags: '--document <file>', text: ['the signed authorisation', '已签署的授权书'], required: true },
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
    { flags: '--days <n>', text: ['validity in days', '有效天数'], value: '30' },
    {
      flags: '--request-id <id>',
      text: ['repeated under it, gives the same consent', '请求编号：以同一编号重复执行得到同一授权'],
    },
    { flags: '--uses <n>', text: ['how many inquiries it covers', '可用次数'], value: '1' },
  ],
  action: async ({ options, home, output }) => {
    const opened = await home()
    requireOperator(opened, 'makers', options.operator)
    const terms: ConsentTerms = {
      classes: parseClasses(options.classes),
      datasets: parseNames(options.datasets),
      purpose: parsePurpose(options.purpose),
      document: readInput(options.document),
      validDays: Number(options.days),
      maxUses: Number(options.uses),
      ...(options.requestId === undefined ? {} : { requestId: options.requestId }),
    }
    const subject = Subject.parse(options.idType, await readSubject())
    await using mixun = await openClient(opened, output)
    const consentId = await mixun.consents.register(subject, terms)
    output.result({ consent: consentId }, [[`consent ${consentId}`, `授权编号 ${consentId}`]])
  },
})

function parseClasses(text: string): RecordClass[] {
  return parseNames(text).map(name => {
    const known = RECORD_CLASSES.find(each => each === name)
    return known ?? fail('ERR_CONSENT_INVALID', `--classes: expected some of ${RECORD_CLASSES.join(',')}`)
  })
}

function parsePurpose(text: string): ConsentPurpose {
  const purpose = CONSENT_PURPOSES.find(each => each === text)
  return purpose ?? fail('ERR_CONSENT_INVALID', `--purpose: expected one of ${CONSENT_PURPOSES.join(', ')}`)
}
