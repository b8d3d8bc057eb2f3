import { examine } from '../../doctor/doctor.ts'
import {
  CHECK_NAMES_ZH,
  type CheckName,
  CHECKS,
  type Finding,
  type Severity,
  worst,
} from '../../doctor/finding.ts'
import type { Phrase } from '../language.ts'
import { type CommonOptions, homeFolder, verb } from '../verb.ts'

/** 1 is for a doctor who could not examine at all. */
const EXIT_CODES: Record<Severity, number> = { ok: 0, warning: 2, error: 3 }

const LABELS: Record<Severity, Phrase> = {
  ok: ['ok     ', '正常'],
  warning: ['warning', '警告'],
  error: ['ERROR  ', '错误'],
}

export const doctor = verb<CommonOptions>({
  usage: 'doctor',
  summary: [
    'examine this home and what it depends on, and say what to do next; exit code 0, 2 for warnings, 3 for errors',
    '检查主目录及其依赖并给出下一步；退出码 0 正常，2 警告，3 错误',
  ],
  examples: ['mixun doctor --home ./jia', 'mixun doctor --home ./jia --json', 'mixun doctor --lang zh-CN'],
  options: [],
  action: async ({ options, home, output }) => {
    const root = homeFolder(options)
    const findings = await examine({
      root,
      open: home,
      onCheck: check => output.progress([`examining ${check}`, `正在检查${CHECK_NAMES_ZH[check]}`]),
    })
    output.endProgress()
    const severity = worst(findings)
    output.result({ home: root, severity, findings: findings.map(toJson) }, [
      ...findings.flatMap(toLines),
      ...summaryOf(root, findings),
    ])
    process.exitCode = EXIT_CODES[severity]
  },
})

function toJson({ what, next, ...rest }: Finding): object {
  return { ...rest, what: what[0], next: next?.[0] ?? null }
}

function toLines({ check, severity, what, next }: Finding): Phrase[] {
  const [en, zh] = LABELS[severity]
  const line: Phrase = [`${en}  ${check}: ${what[0]}`, `${zh}  ${CHECK_NAMES_ZH[check]}：${what[1]}`]
  return next === null ? [line] : [line, [`         next: ${next[0]}`, `      下一步：${next[1]}`]]
}

/** What is left to do, and what could not be examined because of it. */
function summaryOf(root: string, findings: readonly Finding[]): Phrase[] {
  const count = (severity: Severity) => findings.filter(each => each.severity === severity).length
  const [errors, warnings] = [count('error'), count('warning')]
  const isExamined = (check: CheckName) => findings.some(each => each.check === check)
  // The last check has something to say of every home, if it comes to that.
  const left = isExamined('clock') ? [] : CHECKS.filter(check => !isExamined(check))
  const missing: Phrase = [
    `not examined until that is done: ${left.join(', ')}`,
    `处理后方可检查：${left.map(check => CHECK_NAMES_ZH[check]).join('、')}`,
  ]
  const verdict: Phrase =
    errors + warnings === 0
      ? [`${root}: nothing to do`, `${root}：无需处理`]
      : [`${root}: errors ${errors}, warnings ${warnings}`, `${root}：${errors} 项错误，${warnings} 项警告`]
  return left.length === 0 ? [verdict] : [missing, verdict]
}
