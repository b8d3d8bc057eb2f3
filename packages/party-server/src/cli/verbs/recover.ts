import { openAssociationLedger } from '../../association/ledger.ts'
import { recoverLedger } from '../../association/recover.ts'
import { fetching } from '../progress.ts'
import { type CommonOptions, verb } from '../verb.ts'

export const recover = verb<CommonOptions>({
  usage: 'recover',
  summary: [
    "fetch from the members' mirrors what the association's ledger lost with a restored backup",
    '从成员镜像取回协会账本因恢复旧备份而丢失的条目',
  ],
  examples: ['mixun recover --home ./association', 'mixun recover --home ./association --json'],
  options: [],
  action: async ({ home: openHome, output }) => {
    const home = await openHome()
    const ledger = openAssociationLedger(home)
    try {
      const { entries, asked } = await recoverLedger(home, ledger, (done, total) =>
        output.progress(fetching(done, total)),
      )
      output.endProgress()
      const reached = asked.filter(({ code }) => code === null).length
      output.result({ entries, size: ledger.size, isBehind: ledger.behind !== null, asked }, [
        [
          `${entries} entries came back from ${reached} of ${asked.length} members; the ledger holds ${ledger.size}`,
          `从 ${asked.length} 个成员中的 ${reached} 个取回 ${entries} 条记录；账本现有 ${ledger.size} 条`,
        ],
      ])
    } finally {
      await ledger.close()
    }
  },
})
