import { parseArgs } from 'node:util'
import { SUITE_IDS, type SuiteId } from '@mixun/core/suite'
import { FEWEST_INQUIRIES } from './inquiries.ts'
import { chooseLanguage, type Language, type Phrase } from './language.ts'

const DEFAULT_INQUIRIES = 20
const DEFAULT_ANSWER_SECONDS = 5

export const HELP: Phrase = [
  `Runs the main job: four firms ask each other about defaults without saying whom they ask about.

Usage: npm start -- [options]        (or: node examples/01-default-check/main.ts [options])

  --inquiries <n|all>  how many of the 199 inquiries to ask, ${FEWEST_INQUIRIES} or more; default ${DEFAULT_INQUIRIES}
  --suite <intl|sm>    algorithms: international, or Chinese commercial cryptography (SM2, SM3, SM4); default intl
  --answer-timeout <seconds>
                       how long a firm may take to answer; default ${DEFAULT_ANSWER_SECONDS}
  --folder <folder>    a new or empty folder to work in; it is kept
  --keep               keep the temporary folder (homes, logs, answers.json) after a good run
  --json               one JSON document on standard output, progress on standard error
  --lang <en|zh-CN>    language; that of the environment by default
  --help               this text

Exit code: 0 when the independent verifier agrees with every answer and every check holds, 1 otherwise, 2 wrong usage.

Examples:
  npm start
  npm start -- --inquiries all --keep
  npm start -- --suite sm
  node examples/01-default-check/main.ts --folder /tmp/consortium --json
`,
  `运行主流程：四家机构互查违约记录，而不透露所查的投资者。

用法：npm start -- [选项]        （或：node examples/01-default-check/main.ts [选项]）

  --inquiries <n|all>  从 199 笔查询中选取的笔数，至少 ${FEWEST_INQUIRIES}；默认 ${DEFAULT_INQUIRIES}
  --suite <intl|sm>    密码算法：国际（intl）或国密（sm：SM2、SM3、SM4）；默认 intl
  --answer-timeout <秒>
                       等待一家机构应答的时限；默认 ${DEFAULT_ANSWER_SECONDS}
  --folder <目录>      使用该（新建或空）目录，并保留
  --keep               成功后保留临时目录（主目录、日志、answers.json）
  --json               标准输出一份 JSON，进度写到标准错误
  --lang <en|zh-CN>    语言；默认随环境
  --help               显示本说明

退出码：独立验证程序与全部答案一致且各项检查通过为 0，否则为 1，用法错误为 2。

示例：
  npm start
  npm start -- --inquiries all --keep
  npm start -- --suite sm
  node examples/01-default-check/main.ts --folder /tmp/consortium --json
`,
]

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'Usage'
}

export interface Options {
  readonly inquiries: number
  readonly suite: SuiteId
  readonly answerTimeoutMs: number
  readonly folder: string | undefined
  readonly keep: boolean
  readonly json: boolean
  readonly language: Language
  readonly help: boolean
}

/** Reads the command line; `mostInquiries` is what `all` stands for. @throws UsageError */
export function readOptions(args: readonly string[], mostInquiries: number): Options {
  const { inquiries, suite, lang, folder, keep, json, help, ...values } = parse(args)
  return {
    inquiries:
      inquiries === 'all'
        ? mostInquiries
        : readNumber('inquiries', inquiries, FEWEST_INQUIRIES, mostInquiries),
    suite: readSuite(suite),
    answerTimeoutMs: 1_000 * readNumber('answer-timeout', values['answer-timeout'], 1, 600),
    language: chooseLanguage(lang),
    folder,
    keep,
    json,
    help,
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        inquiries: { type: 'string', default: String(DEFAULT_INQUIRIES) },
        suite: { type: 'string', default: 'intl' },
        'answer-timeout': { type: 'string', default: String(DEFAULT_ANSWER_SECONDS) },
        folder: { type: 'string' },
        keep: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        lang: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    return { folder: undefined, lang: undefined, ...values }
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause))
  }
}

function readSuite(text: string): SuiteId {
  const suite = SUITE_IDS.find(id => id === text)
  if (suite !== undefined) return suite
  throw new UsageError(`--suite: expected ${SUITE_IDS.join(' or ')}`)
}

function readNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= least && number <= most) return number
  throw new UsageError(`--${option}: expected a whole number from ${least} to ${most}`)
}
