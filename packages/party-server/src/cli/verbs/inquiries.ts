import { fail } from '@mixun/core/errors'
import { openLedgerAccess } from '../../ledger/access.ts'
import { listInquiries } from '../../ledger/inquiries.ts'
import type { Phrase } from '../language.ts'
import { formatTable } from '../output.ts'
import { fetching } from '../progress.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly from: string
  readonly party?: string
}

export const inquiries = verb<Options>({
  usage: 'inquiries',
  summary: [
    'who asked when, for which purpose and under which consent, as far as this party can read it; never about whom',
    '列出本方可读的查询：何方、何时、以何目的及授权；不含被查询主体',
  ],
  examples: [
    'mixun inquiries --home ./bureau',
    'mixun inquiries --party jia --from 1200 --home ./bureau --json',
  ],
  options: [
    { flags: '--from <index>', text: ['from this entry of the ledger on', '自账本该条起'], value: '0' },
    { flags: '--party <party>', text: ['of this firm only', '仅该机构'] },
  ],
  action: async ({ options, home, output }) => {
    const from = /^\d{1,15}$/.test(options.from)
      ? Number(options.from)
      : fail('ERR_INPUT_RANGE', `--from: expected the index of an entry, found ${options.from.slice(0, 40)}`)
    await using access = await openLedgerAccess(await home(), (done, total) =>
      output.progress(fetching(done, total)),
    )
    const found = await listInquiries(access, {
      from,
      inquirer: options.party,
      onProgress: (done, total) =>
        output.progress([`read ${done} of ${total} entries`, `已读取 ${done}/${total} 条`]),
    })
    output.endProgress()
    const table = formatTable(
      found.map(({ index, inquirer, askedAt, purpose, classes, asked, basis, outcomeIndex, endedIndex }) => [
        String(index),
        inquirer,
        new Date(askedAt).toISOString(),
        purpose,
        classes.join(),
        String(new Set(asked.map(({ provider }) => provider)).size),
        basis?.consentId ?? '-',
        endedIndex === null ? (outcomeIndex === null ? '-' : String(outcomeIndex)) : `×${endedIndex}`,
      ]),
    )
    output.result({ inquiries: found }, [
      [
        `${found.length} inquiries: entry, inquirer, time, purpose, classes, parties asked, consent, outcome`,
        `查询 ${found.length} 笔：条目、查询方、时间、目的、类别、被询机构数、授权、结果`,
      ],
      ...table.map((line): Phrase => [line, line]),
    ])
  },
})
