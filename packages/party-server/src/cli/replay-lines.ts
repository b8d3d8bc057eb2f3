import type { JointReplay } from '../association/joint-replay.ts'
import type { Phrase } from './language.ts'

/** Option of the verbs that run a joint query again. */
export const TABLES_OPTION = {
  flags: '--tables <folder>',
  text: [
    'of a joint query: a folder of its tables, instead of downloading them from the firms; checked here',
    '联合查询：所用数据表所在目录（否则向各机构下载；均在此校验）',
  ],
} as const

/** What came out of a joint query that was run again, for people; nothing of another inquiry. */
export function replayLines(replay: JointReplay | null): Phrase[] {
  if (replay === null) return []
  const { firms, sides, isCompared, faults } = replay
  const shown = sides.join(', ') || '-'
  return [
    [
      `run again: ${firms} sessions${isCompared ? ' and the comparison' : ''}, about this person and nothing else; sides that hold: ${shown}`,
      `已重演：${firms} 个会话${isCompared ? '及门限比较' : ''}，均仅针对该主体；核对无误的对方：${shown}`,
    ],
    ...faults.map(
      ({ party, code, file }): Phrase => [
        `not so: ${party}, ${code}${file === null ? '' : `; evidence in ${file}`}`,
        `不符：${party}，${code}${file === null ? '' : `；证据见 ${file}`}`,
      ],
    ),
  ]
}
