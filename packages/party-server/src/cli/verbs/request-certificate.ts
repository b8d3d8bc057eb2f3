import { renewTlsKey, requestAdmission } from '../../certificates/index.ts'
import { writeOutput } from '../files.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly out: string
  readonly newKey?: boolean
}

export const requestCertificate = verb<Options>({
  usage: 'request-certificate',
  summary: [
    'ask the association for a new certificate of this home: before the old one ends, or after it was revoked',
    '在证书到期前或被吊销后向协会申请新证书',
  ],
  examples: [
    'mixun request-certificate --home ./jia --out jia-request.json',
    'mixun request-certificate --new-key --home ./jia --out jia-request.json',
  ],
  options: [
    {
      flags: '--new-key',
      text: ['for a new key of TLS, as after a theft', '使用新的 TLS 密钥（如密钥泄露后）'],
    },
    { flags: '--out <file>', text: ['where the request goes', '申请文件'], value: 'admission-request.json' },
  ],
  action: async ({ options, home, output }) => {
    const opened = await home()
    if (options.newKey === true) await renewTlsKey(opened)
    writeOutput(options.out, await requestAdmission(opened), { secret: false })
    output.result({ party: opened.identity.partyId, request: options.out }, [
      [
        `next: send ${options.out} to the association (mixun admit), then mixun join with its answer and restart mixun serve`,
        `下一步：将 ${options.out} 交给协会（mixun admit），收到准入文件后执行 mixun join 并重启 mixun serve`,
      ],
    ])
  },
})
