import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LEDGER_PARAMETERS, LEDGER_PROTOCOL } from '@mixun/ledger-adapter/remote'
import { type Mixun, verifyEvidence } from '@mixun/sdk'
import { Connections } from '@mixun/sdk/consortium'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rotateKey } from '../cli/verbs/rotate-key.ts'
import { openLedgerAccess, verifyLedger } from '../ledger/access.ts'
import { listInquiries } from '../ledger/inquiries.ts'
import { consentOf } from '../testing/clients.ts'
import { codeIn, runVerb } from '../testing/run-verb.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { SUITES_OF_RUN } from '../testing/suites-of-run.ts'

const person = investor(1)
const WAIT = { timeout: 30_000, interval: 100 }

describe.each(SUITES_OF_RUN)('keys that change while all serve, in suite %s', suite => {
  let consortium: TestConsortium
  let mixun: Mixun
  let asked = 0

  beforeAll(async () => {
    const kind = 'contract-due-not-repaid'
    consortium = await TestConsortium.found({
      suite,
      firms: { jia: [], yi: [{ subject: person, kind }], bing: [] },
    })
    mixun = await consortium.firm('jia').client()
  })
  afterAll(async () => {
    await mixun.close()
    await consortium[Symbol.asyncDispose]()
  })

  const rotate = async (use: string, root: string) => {
    const result = await runVerb(rotateKey, [use, '--home', root, '--json'])
    expect(result).toMatchObject({ exitCode: 0, stderr: '' })
    return JSON.parse(result.stdout) as { party: string; use: string; ledgerIndex: number }
  }
  const ask = async () =>
    mixun.checkDefaults(person, { consent: await consentOf(mixun, person), requestId: `rotation-${asked++}` })

  it('what is sealed goes to the new key at once, and the old one opens the rest', async () => {
    const before = await ask()
    for (const party of [consortium.association, consortium.firm('yi'), consortium.firm('jia')]) {
      expect(await rotate('sealing', party.root)).toMatchObject({ use: 'sealing' })
      const files = readdirSync(join(party.root, 'keys')).filter(name => name.startsWith('decryption'))
      expect(files.toSorted()).toEqual(['decryption-2.key', 'decryption.key'])
    }
    const after = await ask()
    expect([before.verdict, after.verdict]).toEqual(['found', 'found'])
    const intents = [before, after].map(({ evidence }) => evidence.intentId)
    for (const party of [consortium.association, consortium.firm('yi'), consortium.firm('jia')]) {
      await using access = await openLedgerAccess(party.home)
      const lines = await listInquiries(access)
      expect(lines.map(({ intentId }) => intentId)).toEqual(intents)
      const isInner = party.id !== 'yi'
      expect(lines.every(({ basis }) => (basis !== null) === isInner)).toBe(true)
      access.verify()
    }
    {
      await using access = await openLedgerAccess(consortium.firm('bing').home)
      expect(await listInquiries(access)).toHaveLength(2)
    }
  })

  it('a provider answers under its new signing key, without a restart; what it signed before stays good', async () => {
    const before = await ask()
    // A session that has no end of its own: it is cut, for who has the old key may be another.
    const [yi, bing] = [consortium.firm('yi'), consortium.firm('bing')]
    const connections = new Connections(yi.home)
    const { identity, config } = bing.home
    const to = { partyId: 'bing', publicKey: identity.signingKey.publicKey, address: config.listen.advertise }
    const session = await connections.openSession(to, {
      protocol: LEDGER_PROTOCOL,
      parameters: LEDGER_PARAMETERS,
    })
    const end = session.receive().then(String, error => error.code)
    await expect.poll(() => session.reply, WAIT).not.toBeNull()
    await rotate('signing', yi.root)
    expect(await end).toMatch(/^ERR_CHANNEL_/)
    connections.close()
    expect(existsSync(join(consortium.firm('yi').root, 'keys', 'identity-2.key'))).toBe(true)
    // The daemon goes over as soon as its mirror has the entry.
    await expect.poll(async () => (await ask()).verdict, WAIT).toBe('found')
    await using access = await openLedgerAccess(consortium.association.home)
    await verifyEvidence(before.evidence, access.registry, access.ledger)
    const { size } = await verifyLedger(consortium.firm('yi').home)
    expect(size).toBeGreaterThan(10)
  })

  it('an inquirer goes on under its new signing key, also the client that was open', async () => {
    await rotate('signing', consortium.firm('jia').root)
    await expect.poll(async () => (await ask()).verdict, WAIT).toBe('found')
    await using again = await consortium.firm('jia').client()
    expect((await again.points()).spent).toBeGreaterThan(0)
  })

  it('a rotation that was cut off before its own copy of the ledger had it goes on under the new key', async () => {
    const bing = consortium.firm('bing')
    await bing.stop()
    const { ledger } = bing.home.paths
    const before = readFileSync(ledger)
    await rotate('signing', bing.root)
    // As a crash right after the ledger took the entry leaves it.
    writeFileSync(ledger, before)
    const { size } = await verifyLedger(bing.home)
    expect(size).toBe(consortium.ledgerSize)
    await bing.start()
    await expect.poll(async () => (await ask()).verdict, WAIT).toBe('found')
  })

  it('the association keeps its signing key; another use is ERR_PARAMETER_UNKNOWN', async () => {
    const { root } = consortium.association
    expect(codeIn(await runVerb(rotateKey, ['signing', '--home', root, '--json']))).toBe('ERR_LEDGER_MEMBER')
    expect(codeIn(await runVerb(rotateKey, ['tls', '--home', root, '--json']))).toBe('ERR_PARAMETER_UNKNOWN')
    expect(existsSync(join(root, 'keys', 'identity-2.key'))).toBe(false)
  })
})
