// A firm's risk system in miniature: it embeds the SDK, keeps one client open, reads requests as JSON lines from
// standard input and writes one JSON line for each as it is answered.
// Usage: node risk-desk.ts --home <folder>
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { answerToJson, Mixun, Subject } from '@mixun/sdk'
import type { DeskReply, DeskRequest, Inquiry } from './desk-messages.ts'

/** Registers the investor's consent and asks all firms at once. */
async function ask(mixun: Mixun, inquiry: Inquiry) {
  const subject = Subject.parse(inquiry.idType, inquiry.idNumber)
  const consent = await mixun.consents.register(subject, {
    classes: ['A', 'B', 'C'],
    purpose: 'credit-granting',
    document: new TextEncoder().encode(inquiry.document),
  })
  return answerToJson(await mixun.checkDefaults(subject, { consent, requestId: inquiry.requestId }))
}

async function reply(mixun: Mixun, line: string): Promise<DeskReply> {
  const startedAt = performance.now()
  const request = parseRequest(line)
  if (request === undefined) return { id: 0, error: { code: 'ERR_INTERNAL', message: 'expected JSON' } }
  const { id } = request
  try {
    if ('points' in request) return { id, points: await mixun.points() }
    const answer = await ask(mixun, request.inquiry)
    return { id, answer, milliseconds: Math.round(performance.now() - startedAt) }
  } catch (error) {
    // Messages of coded errors never name a subject; of others nobody knows.
    if (error instanceof Error && 'code' in error) {
      return { id, error: { code: String(error.code), message: error.message } }
    }
    return { id, error: { code: 'ERR_INTERNAL', message: error instanceof Error ? error.name : 'unknown' } }
  }
}

function parseRequest(line: string): DeskRequest | undefined {
  try {
    return JSON.parse(line) as DeskRequest
  } catch {
    return undefined // the parser's own error quotes the line
  }
}

const { values } = parseArgs({ options: { home: { type: 'string', default: '.' } } })
const write = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
{
  await using mixun = await Mixun.open(values.home)
  write({ ready: true })
  const pending: Promise<unknown>[] = []
  for await (const line of createInterface({ input: process.stdin })) {
    pending.push(reply(mixun, line).then(write))
  }
  await Promise.all(pending)
}
