import { fail } from '@mixun/core/errors'
import { KEY_USES } from '@mixun/ledger-adapter/ledger'
import { rotateKey as rotate } from '../../ledger/rotate-key.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const rotateKey = verb<CommonOptions>({
  usage: 'rotate-key <use>',
  summary: [
    'change the key that this party signs with (signing) or that entries are sealed to (sealing)',
    '更换本方签名密钥（signing）或账本条目密封公钥（sealing）',
  ],
  examples: [
    'mixun rotate-key sealing --home ./jia',
    'mixun rotate-key signing --home ./jia',
    'mixun rotate-key sealing --home ./association',
  ],
  options: [],
  action: async ({ arguments: [name], home, output }) => {
    const use =
      KEY_USES.find(each => each === name) ??
      fail('ERR_PARAMETER_UNKNOWN', `expected one of ${KEY_USES.join(', ')}`)
    const opened = await home()
    const ledgerIndex = await rotate(opened, use)
    output.result({ party: opened.identity.partyId, use, ledgerIndex }, [
      [
        `new ${use} key on record as entry ${ledgerIndex}; a running daemon goes over within seconds`,
        `新${use === 'signing' ? '签名' : '密封'}密钥已登记于账本第 ${ledgerIndex} 条；运行中的服务将在数秒内切换`,
      ],
      [
        'next: back up the folder keys/ (without keys/oprf): the old keys in it still open old entries',
        '下一步：备份 keys/ 目录（keys/oprf 除外）：旧密钥仍用于打开旧条目',
      ],
    ])
  },
})
