import { admitMember } from '../../association/found.ts'
import { readJson, writeOutput } from '../files.ts'
import { parseRole, ROLE_OPTION } from '../options.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly out: string
  readonly role: string
}

export const admit = verb<Options>({
  usage: 'admit <request>',
  summary: [
    'admit a firm or a regulator: issue its certificate and record it as a member',
    '准入机构或监管方：签发证书并登记成员',
  ],
  examples: [
    'mixun admit jia-request.json --home ./association --out jia-admission.json',
    'mixun admit bureau-request.json --role regulator --home ./association --out bureau-admission.json',
  ],
  options: [
    ROLE_OPTION,
    { flags: '--out <file>', text: ['where the admission goes', '准入文件'], value: 'admission.json' },
  ],
  action: async context => {
    const { options, output } = context
    const admission = await admitMember(
      await context.home(),
      readJson(context.arguments[0] as string),
      parseRole(options.role),
    )
    writeOutput(options.out, admission, { secret: false })
    const { partyId } = admission.body
    output.result({ party: partyId, admission: options.out }, [
      [`${partyId} admitted; send it ${options.out}`, `${partyId} 已准入；请将 ${options.out} 交给该机构`],
    ])
  },
})
