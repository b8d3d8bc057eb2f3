import {
  ERROR_CODES,
  type ErrorCode,
  isErrorCode,
  MixunError,
  mixunError,
  stableError,
} from '@mixun/core/errors'
import type { Phrase } from '../cli/language.ts'

/** What is examined, in the order of the report. */
export const CHECKS = [
  'installation',
  'files',
  'keys',
  'disk',
  'databases',
  'certificates',
  'ledger',
  'party-log',
  'tables',
  'daemon',
  'peers',
  'clock',
] as const

export type CheckName = (typeof CHECKS)[number]

/** What the report calls each check in Chinese; in English it is the name itself. */
export const CHECK_NAMES_ZH: Readonly<Record<CheckName, string>> = {
  installation: '安装',
  files: '文件',
  keys: '密钥',
  disk: '磁盘',
  databases: '数据库',
  certificates: '证书',
  ledger: '账本',
  'party-log': '机构日志',
  tables: '密封表',
  daemon: '守护进程',
  peers: '其他机构',
  clock: '时钟',
}

/** From nothing to do, to something that keeps this party or others from working. */
export const SEVERITIES = ['ok', 'warning', 'error'] as const

export type Severity = (typeof SEVERITIES)[number]

/** One thing that was found out about a home. Holds names, sizes and times; never a key, a subject or a record. */
export interface Finding {
  readonly check: CheckName
  readonly severity: Severity
  readonly what: Phrase
  /** What to do about it; null when there is nothing to do. */
  readonly next: Phrase | null
  /** The stable code behind it, where there is one. */
  readonly code: ErrorCode | null
}

export function ok(check: CheckName, what: Phrase): Finding {
  return { check, severity: 'ok', what, next: null, code: null }
}

export function warning(check: CheckName, what: Phrase, next: Phrase): Finding {
  return { check, severity: 'warning', what, next, code: null }
}

export function problem(check: CheckName, what: Phrase, next: Phrase): Finding {
  return { check, severity: 'error', what, next, code: null }
}

/** What a stable code says and what to do next about it; an error without one is ERR_INTERNAL, so that the rest goes on. */
export function failure(check: CheckName, cause: unknown, severity: Severity = 'error', about = ''): Finding {
  const stable = stableError(cause)
  const error =
    stable instanceof MixunError
      ? stable
      : mixunError('ERR_INTERNAL', stable instanceof Error ? stable.message : 'unknown failure')
  const { next, nextZh } = ERROR_CODES[refusedFor(error)]
  const what = `${about}${error.code}: ${error.message}`
  return { check, severity, what: [what, what], next: [next, nextZh], code: error.code }
}

/** What a peer refused for says more than that it refused. */
function refusedFor(error: MixunError): ErrorCode {
  const { peerCode } = error.details
  return typeof peerCode === 'string' && isErrorCode(peerCode) ? peerCode : error.code
}

/** The worst of all severities. */
export function worst(findings: readonly Finding[]): Severity {
  const ranks = findings.map(({ severity }) => SEVERITIES.indexOf(severity))
  return SEVERITIES[Math.max(0, ...ranks)] as Severity
}
