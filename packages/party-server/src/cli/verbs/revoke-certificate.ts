import { fail } from '@mixun/core/errors'
import { REVOCATION_REASONS } from '@mixun/ledger-adapter/ledger'
import { revokeCertificate as revoke } from '../../association/revoke.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly reason: string
  readonly fingerprint?: string
}

export const revokeCertificate = verb<Options>({
  usage: 'revoke-certificate <party>',
  summary: [
    "revoke a member's transport certificate: every door refuses it from now on",
    '吊销成员的传输证书：各方即刻拒绝',
  ],
  examples: [
    'mixun revoke-certificate jia --reason key-compromise --home ./association',
    'mixun revoke-certificate jia --reason superseded --fingerprint 3f:5c:… --home ./association',
  ],
  options: [
    {
      flags: '--reason <reason>',
      text: [REVOCATION_REASONS.join(', '), `原因：${REVOCATION_REASONS.join('、')}`],
      required: true,
    },
    {
      flags: '--fingerprint <sha256>',
      text: ['an older certificate than the one on record', '非当前登记的旧证书指纹'],
    },
  ],
  action: async ({ arguments: [party], options, home, output }) => {
    const reason =
      REVOCATION_REASONS.find(each => each === options.reason) ??
      fail('ERR_PARAMETER_UNKNOWN', `--reason: expected one of ${REVOCATION_REASONS.join(', ')}`)
    const ledgerIndex = await revoke(await home(), party as string, reason, options.fingerprint)
    output.result({ party, reason, ledgerIndex }, [
      [`certificate of ${party} revoked`, `已吊销 ${party} 的证书`],
    ])
  },
})
