import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CRASH_VARIABLE } from '@mixun/core/durability'
import { canaryForms, findCanaries } from '@mixun/core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approve } from '../cli/verbs/approve.ts'
import { publish } from '../cli/verbs/publish.ts'
import { review } from '../cli/verbs/review.ts'
import { DOCUMENT } from '../testing/clients.ts'
import { FrameRelay } from '../testing/frame-relay.ts'
import { CHECKER, MAKER } from '../testing/records.ts'
import { runProcess, runVerb, startProcess, type VerbResult } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'

const HEAD =
  '客户姓名,证件类型,证件号码,业务类型,违约类型,违约日期,违约金额,状态,了结日期,授权书编号,客户群,备注'
const [found, absent] = [investor(1), investor(2)]
const subjects = [found, absent]
const forms = subjects.flatMap(subject => canaryForms({ idType: subject.idType, idNumber: subject.reveal() }))

/** Every file below a folder: databases and their logs, temporary files, tables, keys, findings. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map(name => join(folder, name))
    .filter(file => statSync(file).isFile())
}

/** Makes the many short processes start in half the time. */
const NODE_COMPILE_CACHE = join(tmpdir(), 'mixun-compile-cache')

describe.each(SUITES_OF_RUN)('the subjects of suite %s', suite => {
  let consortium: TestConsortium
  let relays: FrameRelay[]
  let leftByCrashes: string[]
  const shown: VerbResult[] = []
  const verdicts: string[] = []

  const run = async (party: string, args: readonly string[], input?: string) => {
    const command = [...args, '--home', consortium.firm(party).root, '--json']
    const result = await runProcess(command, {
      env: { NODE_COMPILE_CACHE },
      ...(input === undefined ? {} : { input }),
    })
    shown.push(result)
    return result
  }

  beforeAll(async () => {
    consortium = await TestConsortium.found({ suite, firms: { jia: null, yi: null }, webSockets: ['yi'] })
    // Outside of the homes: the files that people bring.
    const [file, document] = ['export.csv', 'signed.pdf'].map(name => join(consortium.root, name)) as [
      string,
      string,
    ]
    writeFileSync(document, DOCUMENT)
    const line = `某,身份证,${found.reveal()},股票质押,合约期满未清偿,2025-03-14,1.00,未了结,,SQ00000001,新,`
    const broken = `某,身份证,${absent.reveal()},股票质押,没有这种违约,2025-03-14,1.00,未了结,,SQ00000001,新,`
    writeFileSync(file, `${[HEAD, line, broken].join('\n')}\n`)
    const importing = ['import', file, '--profile', 'jia', '--operator', MAKER]
    // Those that are killed before their commit leave logs and temporary files behind.
    const yi = consortium.firm('yi')
    for (const point of [2, 4]) {
      const env = { [CRASH_VARIABLE]: `kill:${point}`, NODE_COMPILE_CACHE }
      const killed = startProcess([...importing, '--home', yi.root], env, 'crashing-main.ts')
      await once(killed, 'close')
    }
    leftByCrashes = filesBelow(yi.root).map(file => file.slice(yi.root.length))
    const { batch } = JSON.parse((await run('yi', importing)).stdout)
    const decide = [String(batch), '--operator', CHECKER, '--home', yi.root, '--json']
    shown.push(await runVerb(review, decide), await runVerb(approve, decide))
    shown.push(await runVerb(publish, ['--home', yi.root, '--json', '--progress']))
    await yi.start()
    const jia = consortium.firm('jia')
    relays = [await FrameRelay.before(consortium.firm('yi'), [jia])]
    relays.push(await FrameRelay.before(consortium.association, [jia, consortium.firm('yi')]))
    const asMaker = ['--operator', MAKER]
    const terms = ['--purpose', 'credit-granting', '--document', document, '--uses', '5']
    for (const [i, subject] of subjects.entries()) {
      const input = `${subject.reveal()}\n`
      const { consent } = JSON.parse((await run('jia', ['consent', ...asMaker, ...terms], input)).stdout)
      const check = ['check', ...asMaker, '--consent', consent, '--request-id', `r-${i}`]
      verdicts.push(JSON.parse((await run('jia', check, input)).stdout).verdict)
      // Refused: another subject than the consent's, and a number with a digit too few.
      const wrong = i === 0 ? absent.reveal() : subject.reveal().slice(0, -1)
      await run('jia', [...check.slice(0, -1), `w-${i}`], wrong)
    }
  })
  afterAll(async () => {
    for (const relay of relays) await relay[Symbol.asyncDispose]()
    await consortium[Symbol.asyncDispose]()
  })

  const parties = () => [consortium.association, consortium.firm('jia'), consortium.firm('yi')]

  it('are in no file of any home, in no form', () => {
    const files = parties().flatMap(({ root }) => filesBelow(root))
    const names = files.map(file => file.replace(/^.*\//, '')).join('\n')
    for (const kind of [
      'ledger.db',
      'records.db',
      'inquiries.db',
      '-wal',
      '.tmp',
      '.table',
      '.key',
      '.csv',
    ]) {
      expect(names).toContain(kind)
    }
    for (const left of ['.tmp', 'records.db-wal']) expect(leftByCrashes.join('\n')).toContain(left)
    const leaks = files.flatMap(file =>
      findCanaries(readFileSync(file), forms).map(form => `${file}: ${form}`),
    )
    expect(leaks).toEqual([])
  })

  it('are in no frame between the parties', () => {
    const frames = relays.flatMap(({ channels }) => channels.flat())
    expect(frames.length).toBeGreaterThan(20)
    expect(findCanaries(Buffer.concat(frames.map(({ bytes }) => bytes)), forms)).toEqual([])
  })

  it('are in no log, answer or error', () => {
    const logs = parties().map(({ logText }) => logText)
    const outputs = shown.flatMap(({ stdout, stderr }) => [stdout, stderr])
    expect(verdicts).toEqual(['found', 'clear'])
    for (const code of ['ERR_CONSENT_SUBJECT', 'ERR_SUBJECT_FORMAT']) expect(outputs.join('')).toContain(code)
    expect(logs.join('').length).toBeGreaterThan(200)
    expect(findCanaries(Buffer.from([...logs, ...outputs].join('\n')), forms)).toEqual([])
  })

  it('would be found in a file of a home', () => {
    const file = join(consortium.firm('jia').root, 'data', 'planted')
    for (const { name, bytes } of forms) {
      writeFileSync(file, Buffer.concat([readFileSync(consortium.firm('jia').home.paths.ledger), bytes]))
      expect(findCanaries(readFileSync(file), forms)).toContain(name)
    }
  })
})
