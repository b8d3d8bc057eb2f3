import { fail } from '@mixun/core/errors'
import { WITHDRAWAL_REASONS } from '@mixun/ledger-adapter/ledger'
import { type ConsentId } from '@mixun/sdk'
import { requireOperator } from '../options.ts'
import { openClient } from '../open-client.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly operator: string
  readonly reason: string
}

export const withdrawConsent = verb<Options>({
  usage: 'withdraw-consent <consent>',
  summary: ["end an investor's authorisation to ask, for good", '撤回投资者的查询授权（不可恢复）'],
  examples: ['mixun withdraw-consent 5f0c… --reason subject-withdrew --operator li.na --home ./jia'],
  options: [
    { flags: '--reason <reason>', text: [WITHDRAWAL_REASONS.join(', '), '原因'], value: 'subject-withdrew' },
    { flags: '--operator <name>', text: ['the maker', '经办操作员'], required: true },
  ],
  action: async ({ arguments: [consent], options, home, output }) => {
    const opened = await home()
    requireOperator(opened, 'makers', options.operator)
    const reason =
      WITHDRAWAL_REASONS.find(each => each === options.reason) ??
      fail('ERR_CONSENT_INVALID', `--reason: expected one of ${WITHDRAWAL_REASONS.join(', ')}`)
    await using mixun = await openClient(opened, output)
    await mixun.consents.withdraw(consent as ConsentId, reason)
    output.result({ consent, reason }, [[`consent ${consent} withdrawn`, `授权 ${consent} 已撤回`]])
  },
})
