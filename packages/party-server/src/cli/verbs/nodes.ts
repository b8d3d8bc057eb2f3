import { nodesHealth } from '../../association/nodes.ts'
import type { Phrase } from '../language.ts'
import { formatTable } from '../output.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const nodes = verb<CommonOptions>({
  usage: 'nodes',
  summary: [
    "health of every firm's node: reachable, version, clock, ledger, certificate",
    '各机构算法节点状态：可达性、版本、时钟、账本、证书',
  ],
  examples: ['mixun nodes --home ./association', 'mixun nodes --home ./association --json'],
  options: [],
  action: async ({ home, output }) => {
    const health = await nodesHealth(await home())
    const rows = health.map(node => [
      node.party,
      node.status,
      node.code ?? (node.isWritable === false ? 'read-only' : 'ok'),
      node.version ?? '-',
      String(node.clockDifferenceMs ?? '-'),
      String(node.ledgerLag ?? '-'),
      String(node.certificateDaysLeft ?? '-'),
    ])
    const english = ['party', 'status', 'node', 'version', 'clock ms', 'ledger lag', 'certificate days']
    const chinese = ['机构', '状态', '节点', '版本', '时钟差(毫秒)', '账本落后', '证书剩余天数']
    const [en, zh] = [formatTable([english, ...rows]), formatTable([chinese, ...rows])]
    output.result(
      { nodes: health },
      en.map((line, i): Phrase => [line, zh[i] as string]),
    )
  },
})
