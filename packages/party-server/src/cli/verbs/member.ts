import { fail } from '@mixun/core/errors'
import { setMemberStatus } from '../../association/rules.ts'
import { type CommonOptions, verb } from '../verb.ts'

const STATUSES = ['active', 'suspended', 'retired'] as const
const STATUS_ZH = { active: '启用', suspended: '暂停', retired: '退出' } as const

interface Options extends CommonOptions {
  readonly status: string
}

export const member = verb<Options>({
  usage: 'member <party>',
  summary: ['suspend a member, retire it or make it active again', '暂停、退出或重新启用成员'],
  examples: ['mixun member jia --status suspended --home ./association'],
  options: [
    { flags: '--status <status>', text: [STATUSES.join(', '), '状态：启用、暂停、退出'], required: true },
  ],
  action: async ({ arguments: [party], options, home, output }) => {
    const status =
      STATUSES.find(each => each === options.status) ??
      fail('ERR_PARAMETER_UNKNOWN', `--status: expected one of ${STATUSES.join(', ')}`)
    const ledgerIndex = await setMemberStatus(await home(), party as string, status)
    output.result({ party, status, ledgerIndex }, [[`${party} ${status}`, `${party} 已${STATUS_ZH[status]}`]])
  },
})
