import { basename } from 'node:path'
import { toHex } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { type Home, writeFileDurably } from '@mixun/sdk/home'
import { OVERDUE_DATASET } from '@mixun/sdk/joint'
import { publishJoint } from '../../joint/publish-joint.ts'
import { type BookLine, readBook } from '../../joint/read-book.ts'
import type { JointBook } from '../../stores/joint-books.ts'
import { openJointBooks } from '../../stores/open.ts'
import { requireFile } from '../files.ts'
import type { Phrase } from '../language.ts'
import { parseBatch, requireOperator } from '../options.ts'
import { formatTable, type Output } from '../output.ts'
import { fetching } from '../progress.ts'
import { type CommonOptions, verb } from '../verb.ts'

interface Options extends CommonOptions {
  readonly dataset: string
  readonly operator?: string
}

const STEPS = { review: 'reviewed', approve: 'approved', reject: 'rejected' } as const

export const jointBook = verb<Options>({
  usage: 'joint-book <action> [subject]',
  summary: [
    'numeric books for joint queries: import <file>, list, review|approve|reject <book>, publish',
    '联合查询的数值台账：import <文件>、list、review|approve|reject <编号>、publish',
  ],
  examples: [
    'mixun joint-book import overdue.csv --operator li.na --home ./jia',
    'mixun joint-book review 1 --operator wang.fang --home ./jia',
    'mixun joint-book approve 1 --operator wang.fang --home ./jia',
    'mixun joint-book publish --dataset overdue-fen --home ./jia --json',
  ],
  options: [
    { flags: '--dataset <name>', text: ['what the amounts are', '数据集名称'], value: OVERDUE_DATASET },
    { flags: '--operator <name>', text: ['the maker, or the checker', '经办或复核操作员'] },
  ],
  action: async ({ arguments: [action, subject], options, home, output }) => {
    if (action === 'import') return importBook(await home(), options, subject, output)
    if (action === 'list') return listBooks(await home(), output)
    if (action === 'publish') return publishBook(await home(), options, output)
    if (action === 'review' || action === 'approve' || action === 'reject') {
      const opened = await home()
      const checker = requireOperator(opened, 'checkers', options.operator)
      using books = openJointBooks(opened)
      const book = books.decide(parseBatch(subject), checker, STEPS[action])
      return output.result({ book }, [[`book ${book.id}: ${book.state}`, `台账 ${book.id}：${book.state}`]])
    }
    return fail('ERR_PARAMETER_UNKNOWN', 'expected import, list, review, approve, reject or publish')
  },
})

async function importBook(
  home: Home,
  options: Options,
  file: string | undefined,
  output: Output,
): Promise<void> {
  const maker = requireOperator(home, 'makers', options.operator)
  if (file === undefined) return fail('ERR_FILE_MISSING', 'expected the file of a book')
  requireFile(file)
  const lines: [number, BookLine][] = []
  const { rows, findings, digest } = await readBook(home.identity.suite, file, (dataRow, line) => {
    lines.push([dataRow, line])
  })
  using books = openJointBooks(home)
  const about = { dataset: options.dataset, fileName: basename(file), fileDigest: toHex(digest), maker }
  const { id } = books.add({ ...about, findings: findings.length }, lines)
  const findingsFile = home.paths.jointFindings(id)
  const found = findings.map(({ dataRow, line, field, reason }) => `${dataRow},${line},${field},${reason}\n`)
  writeFileDurably(findingsFile, `row,line,field,reason\n${found.join('')}`, 0o600)
  output.result(
    { book: id, rows, accepted: lines.length, rejected: findings.length, findings: findingsFile },
    [
      [
        `book ${id}: ${rows} rows, ${lines.length} accepted, ${findings.length} rejected`,
        `台账 ${id}：${rows} 行，接受 ${lines.length}，拒绝 ${findings.length}`,
      ],
      [`findings: ${findingsFile}`, `问题清单：${findingsFile}`],
      [
        `next: a checker runs mixun joint-book review ${id} and mixun joint-book approve ${id}`,
        `下一步：由复核员执行 mixun joint-book review ${id} 与 mixun joint-book approve ${id}`,
      ],
    ],
  )
}

function listBooks(home: Home, output: Output): void {
  using books = openJointBooks(home)
  const all = books.all()
  const row = ({ id, dataset, state, lines, findings, maker, checker }: JointBook) => {
    return [String(id), dataset, state, String(lines), String(findings), maker, checker ?? '']
  }
  const table = formatTable([
    ['book', 'dataset', 'state', 'lines', 'findings', 'maker', 'checker'],
    ...all.map(row),
  ])
  output.result(
    { books: all },
    table.map((line): Phrase => [line, line]),
  )
}

async function publishBook(home: Home, { dataset }: Options, output: Output): Promise<void> {
  const published = await publishJoint(home, dataset, {
    onSync: (done, total) => output.progress(fetching(done, total)),
    onProgress: (done, total) =>
      output.progress([`${dataset}: ${done} of ${total} subjects`, `${dataset}：${done}/${total} 个主体`]),
  })
  output.endProgress()
  const { version, subjects, capacity, bytes, ledgerIndex } = published
  output.result(published, [
    [
      `${dataset} version ${version}: ${subjects} subjects in room for ${capacity}, ${bytes} bytes, entry ${ledgerIndex}`,
      `${dataset} 第 ${version} 版：${subjects} 个主体（容量 ${capacity}），${bytes} 字节，账本第 ${ledgerIndex} 条`,
    ],
  ])
}
