import { fail } from '@mixun/core/errors'
import { DEFAULT_LIMITS, type HomeConfig } from '@mixun/sdk/home'
import { createMemberHome } from '../../certificates/index.ts'
import { writeOutput } from '../files.ts'
import { parseListen, parseNames, parseRole, parseSuite, ROLE_OPTION, SUITE_OPTION } from '../options.ts'
import { choosePassphrase, NO_PASSPHRASE_OPTION, type PassphraseOptions } from '../passphrase.ts'
import { warnWithoutPassphrase } from '../open-home.ts'
import { type CommonOptions, homeFolder, verb } from '../verb.ts'

interface Options extends CommonOptions, PassphraseOptions {
  readonly id: string
  readonly name: string
  readonly listen: string
  readonly association: string
  readonly suite: string
  readonly role: string
  readonly maker?: string
  readonly checker?: string
  readonly out: string
}

export const init = verb<Options>({
  usage: 'init',
  summary: [
    'make the home folder of a firm or a regulator, and its request for admission',
    '创建机构或监管方主目录及准入申请',
  ],
  examples: [
    'mixun init --home ./jia --id jia --name "Jia Securities" --listen 127.0.0.1:7441 \\',
    '    --association association@127.0.0.1:7440 --maker li.na --checker wang.fang --out jia-request.json',
    'mixun init --home ./bureau --id bureau --name "Securities Bureau" --role regulator --listen 127.0.0.1:7449 \\',
    '    --association association@127.0.0.1:7440 --checker he.jun --out bureau-request.json',
  ],
  options: [
    { flags: '--id <party>', text: ['party id: a-z, 0-9, hyphen', '机构编号'], required: true },
    { flags: '--name <name>', text: ['name of the firm or regulator', '机构或监管方名称'], required: true },
    {
      flags: '--listen <host:port>',
      text: [
        'address of the consortium door; wss://host:port serves WebSockets instead of gRPC',
        '联盟端口地址；wss://host:port 表示以 WebSocket 代替 gRPC',
      ],
      required: true,
    },
    { flags: '--association <id@host:port>', text: ['whom to join', '协会编号与地址'], required: true },
    ROLE_OPTION,
    SUITE_OPTION,
    { flags: '--maker <names>', text: ['operators who import and ask', '经办操作员'] },
    { flags: '--checker <names>', text: ['operators who approve', '复核操作员'] },
    NO_PASSPHRASE_OPTION,
    { flags: '--out <file>', text: ['where the request goes', '申请文件'], value: 'admission-request.json' },
  ],
  action: async ({ options, output }) => {
    const root = homeFolder(options)
    const suite = parseSuite(options.suite)
    const association = /^([a-z][a-z0-9-]*)@(.+:\d{1,5})$/.exec(options.association)
    if (association === null) fail('ERR_HOME_INVALID', '--association: expected id@host:port')
    const config: HomeConfig = {
      party: { id: options.id, name: options.name, role: parseRole(options.role), suite },
      listen: parseListen(options.listen),
      association: { id: association[1] as string, address: association[2] as string },
      operators: { makers: parseNames(options.maker), checkers: parseNames(options.checker) },
      limits: DEFAULT_LIMITS,
    }
    const keys = { passphrase: await choosePassphrase(options, output) }
    const { home, request } = await createMemberHome(root, config, keys)
    warnWithoutPassphrase(home, output)
    writeOutput(options.out, request, { secret: false })
    output.result({ home: root, party: options.id, suite, request: options.out }, [
      [
        `home of ${options.id} made in ${root}, suite ${suite}`,
        `已在 ${root} 创建 ${options.id} 的主目录，密码套件 ${suite}`,
      ],
      [
        `next: send ${options.out} to the association, then mixun join with its answer`,
        `下一步：将 ${options.out} 交给协会，收到准入文件后执行 mixun join`,
      ],
    ])
  },
})
