import { fail } from '@mixun/core/errors'
import { type SuiteId, suiteById } from '@mixun/core/suite'
import type { Home, HomeConfig } from '@mixun/sdk/home'

/** Address of the consortium door: `host:port`, or `wss://host:port` for WebSockets. @throws ERR_HOME_INVALID */
export function parseListen(text: string): HomeConfig['listen'] {
  const match = /^(?:wss:\/\/)?(.+):(\d{1,5})$/.exec(text)
  if (match === null)
    return fail('ERR_HOME_INVALID', `--listen: expected host:port or wss://host:port, found ${text}`)
  return { host: match[1] as string, port: Number(match[2]), advertise: text }
}

/** The `--suite` of create-consortium and init. */
export const SUITE_OPTION = {
  flags: '--suite <intl|sm>',
  text: [
    'algorithms of the consortium: intl (Ed25519, ristretto255) or sm (SM2, SM3, SM4)',
    '联盟密码算法：intl（国际）或 sm（国密）',
  ],
  value: 'intl',
} as const

/** The suite of this id. @throws ERR_PARAMETER_UNKNOWN */
export function parseSuite(text: string): SuiteId {
  return suiteById(text).id
}

const MEMBER_ROLES = ['firm', 'regulator'] as const

/** The `--role` of init and admit. */
export const ROLE_OPTION = {
  flags: '--role <firm|regulator>',
  text: [
    'a regulator reads what is sealed to the association, and asks and provides nothing',
    '角色：firm 机构；regulator 监管方（可读取密封给协会的内容，不查询、不提供数据）',
  ],
  value: 'firm',
} as const

/** @throws ERR_PARAMETER_UNKNOWN */
export function parseRole(text: string): (typeof MEMBER_ROLES)[number] {
  return (
    MEMBER_ROLES.find(role => role === text) ??
    fail('ERR_PARAMETER_UNKNOWN', `--role: expected one of ${MEMBER_ROLES.join(', ')}`)
  )
}

/** Comma-separated names; none without the option. */
export function parseNames(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map(name => name.trim())
}

/** The operator of this step. @throws ERR_OPERATOR_UNKNOWN unless config.toml lists the name for it */
export function requireOperator(home: Home, step: 'makers' | 'checkers', name: string | undefined): string {
  if (name === undefined || !home.config.operators[step].includes(name)) {
    return fail('ERR_OPERATOR_UNKNOWN', `expected --operator with one of config.toml's operators.${step}`)
  }
  return name
}

/** A batch id. @throws ERR_BATCH_UNKNOWN */
export function parseBatch(text: string | undefined): number {
  const id = Number(text)
  return Number.isSafeInteger(id) && id > 0 ? id : fail('ERR_BATCH_UNKNOWN', 'expected the number of a batch')
}

/** A number of threads from 0 to 256. @throws ERR_INPUT_RANGE */
export function parseThreads(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 256) return Number(text)
  return fail('ERR_INPUT_RANGE', `--threads: expected a number from 0 to 256, found ${text.slice(0, 40)}`)
}
