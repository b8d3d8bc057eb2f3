import { z } from 'zod'
import { fail } from '@mixun/core/errors'
import { pointsRulesSchema } from '@mixun/ledger-adapter/points'
import { DEFAULT_LIMITS } from '@mixun/sdk/home'
import { DEFAULT_POINTS_RULES, foundConsortium } from '../../association/found.ts'
import { readJson } from '../files.ts'
import { parseListen, parseNames, parseSuite, SUITE_OPTION } from '../options.ts'
import { choosePassphrase, NO_PASSPHRASE_OPTION, type PassphraseOptions } from '../passphrase.ts'
import { warnWithoutPassphrase } from '../open-home.ts'
import { type CommonOptions, homeFolder, verb } from '../verb.ts'

interface Options extends CommonOptions, PassphraseOptions {
  readonly consortium: string
  readonly id: string
  readonly name: string
  readonly listen: string
  readonly suite: string
  readonly maker?: string
  readonly checker?: string
  readonly pointsRules?: string
}

export const createConsortium = verb<Options>({
  usage: 'create-consortium',
  summary: [
    "found a consortium: the association's home, its CA and its ledger",
    '创建联盟：协会主目录、CA 与账本',
  ],
  examples: [
    'mixun create-consortium --home ./association --consortium "Securities risk sharing" --id association \\',
    '    --name "Securities Association" --listen 127.0.0.1:7440 --maker ma.li --checker he.jun',
  ],
  options: [
    { flags: '--consortium <name>', text: ['name of the consortium', '联盟名称'], required: true },
    { flags: '--id <party>', text: ['party id of the association', '协会机构编号'], value: 'association' },
    { flags: '--name <name>', text: ['name of the association', '协会名称'], required: true },
    {
      flags: '--listen <host:port>',
      text: ['address of the consortium door', '联盟端口地址'],
      required: true,
    },
    SUITE_OPTION,
    { flags: '--maker <names>', text: ['operators who import, comma-separated', '经办操作员，逗号分隔'] },
    { flags: '--checker <names>', text: ['operators who approve, comma-separated', '复核操作员，逗号分隔'] },
    NO_PASSPHRASE_OPTION,
    { flags: '--points-rules <file>', text: ['JSON file with points rules', '积分规则 JSON 文件'] },
  ],
  action: async ({ options, output }) => {
    const root = homeFolder(options)
    const suite = parseSuite(options.suite)
    const home = await foundConsortium({
      root,
      consortium: options.consortium,
      pointsRules: options.pointsRules === undefined ? DEFAULT_POINTS_RULES : readRules(options.pointsRules),
      config: {
        party: { id: options.id, name: options.name, role: 'association', suite },
        listen: parseListen(options.listen),
        association: { id: options.id, address: options.listen },
        operators: { makers: parseNames(options.maker), checkers: parseNames(options.checker) },
        limits: DEFAULT_LIMITS,
      },
      keys: { passphrase: await choosePassphrase(options, output) },
    })
    warnWithoutPassphrase(home, output)
    output.result({ home: root, party: home.identity.partyId, suite, origin: home.anchor().origin }, [
      [
        `consortium "${options.consortium}" founded in ${root}, suite ${suite}`,
        `联盟“${options.consortium}”已创建于 ${root}，密码套件 ${suite}`,
      ],
      [
        'next: mixun serve, and mixun admit for each firm',
        '下一步：mixun serve，并为每家机构执行 mixun admit',
      ],
    ])
  },
})

function readRules(file: string): z.infer<typeof pointsRulesSchema> {
  const result = pointsRulesSchema.safeParse(readJson(file))
  return result.success ? result.data : fail('ERR_FILE_JSON', `${file}: expected points rules`)
}
