#!/usr/bin/env node
import { Command } from 'commander'
import { admit } from './verbs/admit.ts'
import { approve } from './verbs/approve.ts'
import { approveInquiry } from './verbs/approve-inquiry.ts'
import { auditInquiry } from './verbs/audit-inquiry.ts'
import { batches } from './verbs/batches.ts'
import { budget } from './verbs/budget.ts'
import { check } from './verbs/check.ts'
import { closePoints } from './verbs/close-points.ts'
import { consent } from './verbs/consent.ts'
import { createConsortium } from './verbs/create-consortium.ts'
import { doctor } from './verbs/doctor.ts'
import { inquiries } from './verbs/inquiries.ts'
import { importExport } from './verbs/import.ts'
import { init } from './verbs/init.ts'
import { join } from './verbs/join.ts'
import { joint } from './verbs/joint.ts'
import { jointBook } from './verbs/joint-book.ts'
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
import { helpIn } from './help-in.ts'
import { chooseLanguage, languageOption, say } from './language.ts'
import { VERSION } from '../version.ts'

const language = chooseLanguage(languageOption())
const program = helpIn(language, new Command('mixun'))
  .description(
    say(language, [
      'Mixun 密询: firms ask each other about defaults without revealing whom they ask about.',
      '密询 Mixun：机构之间查询违约记录，不暴露所查对象。',
    ]),
  )
  .helpCommand('help [command]', say(language, ['show the help of a command', '显示某命令的帮助']))
  .version(VERSION, '-V, --version', say(language, ['show the version', '显示版本']))
  .showHelpAfterError()

for (const command of [
  createConsortium,
  admit,
  member,
  revokeCertificate,
  nodes,
  rule,
  resetPartyLog,
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
  jointBook,
  joint,
  budget,
  points,
  closePoints,
  verifyLedger,
  requestLogReset,
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
  sandbox,
  subject,
  purge,
  dispute,
  tickets,
  answerTicket,
]) {
  program.addCommand(command)
}

await program.parseAsync()
