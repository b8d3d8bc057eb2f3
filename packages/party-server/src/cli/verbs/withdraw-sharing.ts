import { compareBytes } from '@mixun/core/bytes'
import { Subject } from '@mixun/core/domain'
import { consentDigest, type SharingBasis } from '../../records/index.ts'
import { openBatches } from '../../stores/open.ts'
import type { StoredRecord } from '../../stores/stored-record.ts'
import { requireOperator } from '../options.ts'
import { readSubject } from '../subject-input.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly operator: string
  readonly basis?: string
  readonly idType: string
}

export const withdrawSharing = verb<Options>({
  usage: 'withdraw-sharing',
  summary: [
    "an investor withdrew the authorisation to share: its records leave the next publication. Without --basis, all of the investor's; the identity number is read from standard input",
    '投资者撤回共享授权：相关记录在下次发布时移除。未指定 --basis 时针对该投资者的全部授权；证件号码从标准输入读取',
  ],
  examples: [
    'mixun withdraw-sharing --basis SQ00000001 --operator li.na --home ./jia',
    'mixun withdraw-sharing --id-type resident-id --operator li.na --home ./jia < number.txt',
  ],
  options: [
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
    { flags: '--basis <number>', text: ['number of the one authorisation', '授权书编号'] },
    { flags: '--id-type <type>', text: ['resident-id, uscc or one-code', '证件类型'], value: 'resident-id' },
  ],
  action: async ({ options, home: openHome, output }) => {
    const home = await openHome()
    const operator = requireOperator(home, 'makers', options.operator)
    const { partyId, suite } = home.identity
    let named: SharingBasis | null = null
    let isMeant: (record: StoredRecord) => boolean
    if (options.basis === undefined) {
      const subject = Subject.parse(options.idType, await readSubject())
      isMeant = record => compareBytes(record.subject.encode(), subject.encode()) === 0
    } else {
      const digest = consentDigest(suite, partyId, options.basis)
      named = { kind: 'consent', digest }
      isMeant = ({ basis }) => basis.kind === 'consent' && compareBytes(basis.digest, digest) === 0
    }
    using batches = openBatches(home)
    const records = batches.withdrawSharing(operator, isMeant, named)
    output.result({ records }, [
      [`${records} records are shared no more`, `${records} 条记录不再共享`],
      ['next: mixun publish', '下一步：mixun publish'],
    ])
  },
})
