import { toHex } from '@mixun/core/bytes'
import { joinConsortium } from '../../certificates/index.ts'
import { readJson } from '../files.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const join = verb<CommonOptions>({
  usage: 'join <admission>',
  summary: ['take in the admission that the association issued', '导入协会签发的准入文件'],
  examples: ['mixun join jia-admission.json --home ./jia'],
  options: [],
  action: async context => {
    const home = await context.home()
    const anchor = await joinConsortium(home, readJson(context.arguments[0] as string))
    const { partyId, suite } = home.identity
    const fingerprint = toHex(suite.hash(anchor.association.publicKey)).slice(0, 32)
    context.output.result({ party: partyId, consortium: anchor.consortium, associationKey: fingerprint }, [
      [`${partyId} joined "${anchor.consortium}"`, `${partyId} 已加入“${anchor.consortium}”`],
      [
        `the association's key is ${fingerprint}: compare it with the association by telephone`,
        `协会公钥指纹 ${fingerprint}：请与协会电话核对`,
      ],
      [
        'next: mixun import, review, approve, publish, serve',
        '下一步：mixun import、review、approve、publish、serve',
      ],
    ])
  },
})
