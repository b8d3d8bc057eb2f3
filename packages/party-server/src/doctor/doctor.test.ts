import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Home } from '@mixun/sdk/home'
import { passphraseFromEnvironment } from '@mixun/sdk/keystore'
import { doctor } from '../cli/verbs/doctor.ts'
import { holdPort } from '../testing/free-port.ts'
import { runVerb } from '../testing/run-verb.ts'
import { leaksIn, textsOfDefaults, textsOfKeys } from '../testing/secrets.ts'
import { investor } from '../testing/subjects.ts'
import { TestConsortium } from '../testing/test-consortium.ts'
import { examineClock } from './clock.ts'
import { examine } from './doctor.ts'
import { type CheckName, CHECKS, type Finding, type Severity } from './finding.ts'

const DAY_MS = 86_400_000
const DEFAULTS = [{ subject: investor(1), kind: 'judicial-dispute' as const }]

let consortium: TestConsortium
beforeAll(async () => {
  consortium = await TestConsortium.found({ firms: { jia: [], yi: DEFAULTS }, association: [] })
})
afterAll(() => consortium[Symbol.asyncDispose]())

const root = () => consortium.firm('yi').root
const examineYi = (now?: number) =>
  examine({ root: root(), open: async () => Home.open(root()), ...(now === undefined ? {} : { now }) })

/** What was found of one kind, other than that all is well. */
function bad(findings: readonly Finding[], check: CheckName): [Severity, string][] {
  return findings
    .filter(finding => finding.check === check && finding.severity !== 'ok')
    .map(({ severity, code, what, next }) => {
      expect(next?.[0]).toBeTruthy()
      expect(next?.[1]).toMatch(/\p{Script=Han}/u)
      return [severity, code ?? what[0]]
    })
}

describe('the doctor, of a healthy home', () => {
  it('has nothing to complain of, says so by its exit code, and shows no secret', async () => {
    const result = await runVerb(doctor, ['--home', root(), '--json'])
    const { severity, findings } = JSON.parse(result.stdout)
    expect([result.exitCode, severity]).toEqual([0, 'ok'])
    expect(new Set(findings.map(({ check }: Finding) => check))).toEqual(new Set(CHECKS))
    const chinese = await runVerb(doctor, ['--home', root(), '--lang', 'zh-CN'])
    expect(chinese.stdout).toContain('正常  密封表：B 类：第 1 期')
    const shown = result.stdout + chinese.stdout + result.stderr
    expect(leaksIn(shown, [...textsOfKeys(consortium.firm('yi')), ...textsOfDefaults(DEFAULTS)])).toEqual([])
  })

  it('warns of keys without a passphrase, and says what to do in both languages', async () => {
    const { home } = consortium.firm('yi')
    const change = (passphrase: Uint8Array | null) => home.changePassphrase({ passphrase })
    change(null)
    vi.stubEnv('MIXUN_PASSPHRASE', '')
    try {
      const result = await runVerb(doctor, ['--home', root(), '--lang', 'zh-CN'])
      expect([result.exitCode, result.stdout]).toEqual([
        2,
        expect.stringContaining('下一步：请执行 mixun passphrase'),
      ])
    } finally {
      vi.unstubAllEnvs()
      change(passphraseFromEnvironment() as Uint8Array)
    }
  })

  it('examines the association, too', async () => {
    const { root: home } = consortium.association
    const findings = await examine({ root: home, open: async () => Home.open(home) })
    expect(findings.filter(({ severity }) => severity !== 'ok').map(({ check }) => check)).toEqual([])
    expect(findings.filter(({ check }) => check === 'peers')).toHaveLength(2)
  })

  it('leaves nothing of its own behind', async () => {
    await examineYi()
    expect(readdirSync(join(root(), 'data')).filter(name => name.startsWith('write-test'))).toEqual([])
  })
})

describe('the doctor finds', () => {
  const undo: (() => void)[] = []
  afterEach(() => {
    for (const each of undo.splice(0)) each()
  })
  const until = (restore: () => void) => undo.push(restore)

  it('no home', async () => {
    const result = await runVerb(doctor, ['--home', join(root(), 'nowhere'), '--json'])
    expect([result.exitCode, result.stdout]).toEqual([1, ''])
    expect(result.stderr).toContain('ERR_HOME_MISSING')
  })

  it('modes that let others in, and what a crash left behind', async () => {
    const { paths } = consortium.firm('yi').home
    const left = join(root(), 'tables', 'x.table.999999999.tmp')
    const mine = join(root(), 'tables', `y.table.${process.pid}.tmp`)
    for (const file of [left, mine]) writeFileSync(file, '')
    chmodSync(join(paths.keys, 'tls.key'), 0o640)
    chmodSync(paths.config, 0o666)
    until(() => {
      for (const file of [left, mine]) rmSync(file)
      chmodSync(join(paths.keys, 'tls.key'), 0o600)
      chmodSync(paths.config, 0o644)
    })
    expect(bad(await examineYi(), 'files')).toEqual([
      ['error', 'others may write to config.toml'],
      ['error', 'others may read keys/tls.key'],
      ['warning', '1 temporary files of processes that are gone: tables/x.table.999999999.tmp'],
    ])
  })

  it('a rotation that was left half done, and a key on record that is gone', async () => {
    const { keys } = consortium.firm('jia').home
    const ofJia = () =>
      examine({ root: consortium.firm('jia').root, open: async () => consortium.firm('jia').home })
    keys.createSigningKey(2)
    keys.createDecryptionKey(2)
    const findings = await ofJia()
    expect(bad(findings, 'keys')).toEqual([
      ['warning', 'a new signing key was made and is not on record'],
      ['warning', 'a new sealing key was made and is not on record'],
    ])
    // It is known by the key on record all the same.
    expect(bad(findings, 'peers').filter(([severity]) => severity === 'error')).toEqual([])
    const file = join(consortium.firm('jia').home.paths.keys, 'decryption.key')
    renameSync(file, `${file}.away`)
    until(() => renameSync(`${file}.away`, file))
    const lost = 'the sealing key that the ledger has on record is not in this home'
    expect(bad(await ofJia(), 'keys')).toContainEqual(['error', lost])
  })

  it('keys that do not open, and goes on with what needs none', async () => {
    const store = join(consortium.firm('yi').home.paths.keys, 'keystore')
    renameSync(store, `${store}.away`)
    until(() => renameSync(`${store}.away`, store))
    const findings = await examineYi()
    expect(bad(findings, 'keys')).toEqual([['error', 'ERR_KEY_FILE']])
    expect(findings.map(({ check }) => check)).toEqual(['installation', 'files', 'disk', 'databases', 'keys'])
  })

  it('certificates that end soon, are over, or are not yet valid', async () => {
    const at = async (days: number) => bad(await examineYi(Date.now() + days * DAY_MS), 'certificates')
    expect(await at(330)).toEqual([])
    expect(await at(340)).toEqual([['warning', 'party.pem expires in 24 days']])
    expect(await at(366)).toEqual([['error', 'party.pem expired 2 days ago']])
    expect(await at(-1)).toHaveLength(2)
  })

  it("another party's certificate", async () => {
    const { paths } = consortium.firm('yi').home
    renameSync(paths.certificate, `${paths.certificate}.away`)
    until(() => renameSync(`${paths.certificate}.away`, paths.certificate))
    writeFileSync(paths.certificate, readFileSync(consortium.firm('jia').home.paths.certificate))
    expect(bad(await examineYi(), 'certificates')).toEqual([
      ['error', 'party.pem does not name yi'],
      ['error', 'party.pem is for another key than keys/tls.key'],
    ])
  })

  it('a damaged database', async () => {
    const { ownRecords } = consortium.firm('yi').home.paths
    const bytes = readFileSync(ownRecords)
    until(() => writeFileSync(ownRecords, bytes))
    writeFileSync(ownRecords, Buffer.from('no database at all, however one looks at it'))
    expect(bad(await examineYi(), 'databases')).toEqual([['error', 'data/own-records.db is damaged']])
  })

  it('tables that are too old', async () => {
    const at = async (days: number) =>
      bad(await examineYi(Date.now() + days * DAY_MS), 'tables').map(([severity]) => severity)
    expect(await at(7)).toEqual([])
    expect(await at(9)).toEqual(['warning', 'warning'])
    expect(await at(32)).toEqual(['error', 'error'])
  })

  it('a key of a table that is gone', async () => {
    const { keys } = consortium.firm('yi').home.paths
    const key = join(keys, 'oprf', 'B-1.key')
    renameSync(key, `${key}.away`)
    until(() => renameSync(`${key}.away`, key))
    expect(bad(await examineYi(), 'tables')).toEqual([
      ['error', expect.stringContaining('its key is missing')],
    ])
  })

  it('members who are away, and that the association is worse', async () => {
    await consortium.firm('jia').stop()
    await consortium.association.stop()
    try {
      const findings = await examineYi()
      expect(bad(findings, 'peers')).toEqual([
        ['error', 'ERR_CHANNEL_CLOSED'],
        ['warning', 'ERR_CHANNEL_CLOSED'],
      ])
      expect(bad(findings, 'clock')).toHaveLength(1)
    } finally {
      await consortium.association.start()
      await consortium.firm('jia').start()
    }
  })

  it('no daemon, a strange one, and that the mirror is behind', async () => {
    const yi = consortium.firm('yi')
    await yi.stop()
    try {
      await consortium.grant('yi', 1)
      const findings = await examineYi()
      expect(bad(findings, 'daemon')).toEqual([['warning', expect.stringContaining('no daemon is running')]])
      expect(bad(findings, 'peers')).toEqual([['warning', 'the own ledger is 1 entries behind xiehui']])
      await using _stranger = await holdPort(yi.home.config.listen.port)
      expect(bad(await examineYi(), 'daemon')).toEqual([['error', expect.stringContaining('something else')]])
    } finally {
      await yi.start()
    }
  })

  it('the evidence of a fork', async () => {
    const file = consortium.firm('yi').home.paths.fork('0123456789abcdef')
    writeFileSync(
      file,
      JSON.stringify({ code: 'ERR_LEDGER_FORK', message: 'two trees', reason: 'inconsistent' }),
    )
    until(() => rmSync(file))
    expect(bad(await examineYi(), 'ledger')).toEqual([['error', 'ERR_LEDGER_FORK']])
  })

  it('a clock that is off, by the median of the members', () => {
    const at = (...differences: number[]) =>
      examineClock(
        differences.map(clockDifferenceMs => ({ party: 'x', clockDifferenceMs, ledgerSize: 1 })),
      )[0]
    expect(at(0, 900_000, 3)?.severity).toBe('ok')
    expect(at(6_000, 7_000, 0)).toMatchObject({
      severity: 'warning',
      what: ['6000 ms behind 3 members', expect.any(String)],
    })
    expect(at(31_000)?.severity).toBe('warning')
    expect(at(-31_000)?.severity).toBe('warning')
    expect(at(130_000)?.severity).toBe('error')
    expect(at(-130_000)).toMatchObject({
      severity: 'error',
      what: ['130000 ms ahead of 1 members', expect.any(String)],
    })
  })
})
