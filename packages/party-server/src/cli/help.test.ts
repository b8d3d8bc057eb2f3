import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { runProcess } from '../testing/run-verb.ts'
import { chooseLanguage, languageOption } from './language.ts'
import { formatTable } from './output.ts'
import { admit } from './verbs/admit.ts'
import { approve } from './verbs/approve.ts'
import { approveInquiry } from './verbs/approve-inquiry.ts'
import { auditInquiry } from './verbs/audit-inquiry.ts'
import { batches } from './verbs/batches.ts'
import { budget } from './verbs/budget.ts'
import { check } from './verbs/check.ts'
import { consent } from './verbs/consent.ts'
import { createConsortium } from './verbs/create-consortium.ts'
import { doctor } from './verbs/doctor.ts'
import { importExport } from './verbs/import.ts'
import { init } from './verbs/init.ts'
import { join } from './verbs/join.ts'
import { member } from './verbs/member.ts'
import { nodes } from './verbs/nodes.ts'
import { openInquiry } from './verbs/open-inquiry.ts'
import { passphrase } from './verbs/passphrase.ts'
import { points } from './verbs/points.ts'
import { prebuy } from './verbs/prebuy.ts'
import { publish } from './verbs/publish.ts'
import { recover } from './verbs/recover.ts'
import { release } from './verbs/release.ts'
import { reject } from './verbs/reject.ts'
import { inquiries } from './verbs/inquiries.ts'
import { requestCertificate } from './verbs/request-certificate.ts'
import { rotateKey } from './verbs/rotate-key.ts'
import { requestLogReset } from './verbs/request-log-reset.ts'
import { resetPartyLog } from './verbs/reset-party-log.ts'
import { revokeCertificate } from './verbs/revoke-certificate.ts'
import { review } from './verbs/review.ts'
import { sampleLeaves } from './verbs/sample-leaves.ts'
import { rule } from './verbs/rule.ts'
import { sandbox } from './verbs/sandbox/sandbox.ts'
import { serve } from './verbs/serve.ts'
import { auditDecide } from './verbs/audit-decide.ts'
import { auditSample } from './verbs/audit-sample.ts'
import { auditRecord } from './verbs/audit-record.ts'
import { verifyRecord } from './verbs/verify-record.ts'
import { purge } from './verbs/purge.ts'
import { subject } from './verbs/subject.ts'
import { answerTicket } from './verbs/answer-ticket.ts'
import { dispute } from './verbs/dispute.ts'
import { tickets } from './verbs/tickets.ts'
import { sync } from './verbs/sync.ts'
import { verifyLedger } from './verbs/verify-ledger.ts'
import { withdrawConsent } from './verbs/withdraw-consent.ts'
import { withdrawSharing } from './verbs/withdraw-sharing.ts'

const VERBS = [
  createConsortium,
  admit,
  member,
  revokeCertificate,
  nodes,
  rule,
  resetPartyLog,
  requestLogReset,
  init,
  join,
  requestCertificate,
  rotateKey,
  passphrase,
  importExport,
  batches,
  review,
  approve,
  reject,
  publish,
  release,
  withdrawSharing,
  serve,
  doctor,
  consent,
  withdrawConsent,
  check,
  prebuy,
  approveInquiry,
  budget,
  points,
  verifyLedger,
  inquiries,
  sync,
  recover,
  openInquiry,
  auditInquiry,
  sampleLeaves,
  verifyRecord,
  auditRecord,
  auditSample,
  auditDecide,
  subject,
  purge,
  dispute,
  tickets,
  answerTicket,
].map(command => [command.name(), command] as const)

const SANDBOX_VERBS = sandbox.commands.map(command => [`sandbox ${command.name()}`, command] as const)

/** The whole help of a verb, examples included. */
function helpOf(command: Command): string {
  let help = ''
  command.configureOutput({ writeOut: text => (help += text) }).outputHelp()
  return help
}

describe('the help of a verb', () => {
  it.each([...VERBS, ...SANDBOX_VERBS])(
    '%s has examples that name the verb and options it has',
    (name, command) => {
      const [, examples] = helpOf(command).split(/\n(?:Examples|示例):\n/)
      const lines = (examples ?? '').replaceAll('\\\n', ' ').trim().split('\n')
      const known = [...command.options.map(option => option.long), '--home']
      for (const line of lines) {
        expect(line.trim()).toMatch(new RegExp(`^mixun ${name}(?: |$)`))
        expect(known).toEqual(expect.arrayContaining(line.match(/--[a-z-]+/g) ?? []))
        const given = line.match(/--[a-z-]+/g) ?? []
        const required = command.options.filter(option => option.mandatory).map(option => option.long)
        expect(given).toEqual(expect.arrayContaining(required))
      }
    },
  )
})

describe('mixun as a process', () => {
  it('lists every verb', async () => {
    const { exitCode, stdout } = await runProcess(['--help'])
    expect(exitCode).toBe(0)
    for (const name of [...VERBS.map(([verb]) => verb), 'sandbox'])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
  })

  it('helps in English and in Chinese, by environment and by option', async () => {
    const [english, byEnvironment, byOption] = await Promise.all([
      runProcess(['import', '--help']),
      runProcess(['import', '--help'], { env: { MIXUN_LANG: 'zh-CN' } }),
      runProcess(['import', '--lang', 'zh-CN', '--help']),
    ])
    expect(english.stdout).toContain('import an export of default records')
    expect(english.stdout).toContain('Examples:\n  mixun import')
    for (const { stdout } of [byEnvironment, byOption]) {
      expect(stdout).toContain('导入违约记录文件')
      expect(stdout).toContain('示例:\n  mixun import')
    }
  })

  it('says code and next step of a failure in both languages, and as JSON', async () => {
    const args = ['batches', '--home', '/nowhere']
    const [english, chinese, json] = await Promise.all([
      runProcess(args),
      runProcess([...args, '--lang', 'zh-CN']),
      runProcess([...args, '--json']),
    ])
    for (const { exitCode, stdout } of [english, chinese, json]) expect([exitCode, stdout]).toEqual([1, ''])
    expect(english.stderr).toMatch(/^error ERR_HOME_MISSING: .*\n {2}next: run mixun init/)
    expect(chinese.stderr).toMatch(/^错误 ERR_HOME_MISSING：.*\n {2}下一步：请先对该目录执行/)
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { code: 'ERR_HOME_MISSING', name: 'InputError', retryable: false, nextStep: expect.any(String) },
    })
  })

  it('refuses an unknown verb and a missing option, and shows the help', async () => {
    const [unknown, missing] = await Promise.all([runProcess(['frobnicate']), runProcess(['check'])])
    expect(unknown).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("unknown command 'frobnicate'"),
    })
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--consent <id>') })
    for (const { stderr } of [unknown, missing]) expect(stderr).toContain('Usage: mixun')
  })
})

it('takes the language of the option before that of the environment', () => {
  expect(chooseLanguage(undefined, {})).toBe('en')
  expect(chooseLanguage(undefined, { LANG: 'zh_CN.UTF-8' })).toBe('zh-CN')
  expect(chooseLanguage(undefined, { MIXUN_LANG: 'en', LANG: 'zh_CN.UTF-8' })).toBe('en')
  expect(chooseLanguage('zh-CN', { LANG: 'en_US.UTF-8' })).toBe('zh-CN')
  expect(languageOption(['node', 'main', 'check', '--lang', 'zh-CN'])).toBe('zh-CN')
  expect(languageOption(['node', 'main', '--lang=zh-CN'])).toBe('zh-CN')
  expect(languageOption(['node', 'main', 'check'])).toBeUndefined()
})

it('aligns tables with Chinese text', () => {
  const rows = [
    ['a', 'b'],
    ['证券', 'c'],
  ]
  expect(formatTable(rows)).toEqual(['a     b', '证券  c'])
})
