#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { admit } from './verbs/admit.ts'
import { approve } from './verbs/approve.ts'
import { auditInquiry } from './verbs/audit-inquiry.ts'
import { batches } from './verbs/batches.ts'
import { check } from './verbs/check.ts'
import { consent } from './verbs/consent.ts'
import { createConsortium } from './verbs/create-consortium.ts'
import { importExport } from './verbs/import.ts'
import { init } from './verbs/init.ts'
import { join } from './verbs/join.ts'
import { openInquiry } from './verbs/open-inquiry.ts'
import { passphrase } from './verbs/passphrase.ts'
import { points } from './verbs/points.ts'
import { publish } from './verbs/publish.ts'
import { recover } from './verbs/recover.ts'
import { release } from './verbs/release.ts'
import { reject } from './verbs/reject.ts'
import { review } from './verbs/review.ts'
import { sampleLeaves } from './verbs/sample-leaves.ts'
import { serve } from './verbs/serve.ts'
import { verifyLedger } from './verbs/verify-ledger.ts'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
}

const program = new Command('mixun')
  .description('Mixun 密询: firms ask each other about defaults without revealing whom they ask about.')
  .version(version)
  .showHelpAfterError()

for (const command of [
  createConsortium,
  admit,
  init,
  join,
  passphrase,
  importExport,
  batches,
  review,
  approve,
  reject,
  publish,
  release,
  serve,
  consent,
  check,
  points,
  verifyLedger,
  recover,
  openInquiry,
  auditInquiry,
  sampleLeaves,
]) {
  program.addCommand(command)
}

await program.parseAsync()
