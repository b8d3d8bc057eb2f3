// Verifies the evidence of answers in the home of another member: signatures, receipts, rows, inclusion in the ledger.
// Reads a JSON array of { requestId, evidence } from standard input, writes { verified, failed }.
// Usage: node evidence-check.ts --home <folder> < evidence.json
import { json } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { type InquiryEvidence, verifyEvidence } from '@mixun/sdk'
import { Consortium } from '@mixun/sdk/consortium'
import { Home } from '@mixun/sdk/home'

interface Item {
  readonly requestId: string
  readonly evidence: InquiryEvidence
}

const { values } = parseArgs({ options: { home: { type: 'string', default: '.' } } })
const items = (await json(process.stdin)) as Item[]
const consortium = Consortium.open(Home.open(values.home))
const failed: { requestId: string; code: string }[] = []
try {
  await consortium.sync()
  for (const { requestId, evidence } of items) {
    try {
      await verifyEvidence(evidence, consortium.registry, consortium.ledger)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'ERR_INTERNAL'
      failed.push({ requestId, code })
    }
  }
} finally {
  await consortium.close()
}
process.stdout.write(`${JSON.stringify({ verified: items.length - failed.length, failed })}\n`)
