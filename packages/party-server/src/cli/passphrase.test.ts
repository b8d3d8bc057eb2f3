import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { toHex } from '@mixun/core/bytes'
import { expectCodeAsync } from '@mixun/core/testing'
import { Home } from '@mixun/sdk/home'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { codeIn, runProcess, runVerb } from '../testing/run-verb.ts'
import { Output } from './output.ts'
import { askPassphrase, askTwice, type Terminal } from './passphrase.ts'
import { batches } from './verbs/batches.ts'
import { createConsortium } from './verbs/create-consortium.ts'
import { init } from './verbs/init.ts'
import { passphrase } from './verbs/passphrase.ts'

const root = mkdtempSync(join(tmpdir(), 'mixun-cli-passphrase-'))
afterAll(() => rmSync(root, { recursive: true }))
afterEach(() => void vi.unstubAllEnvs())

const file = (name: string) => join(root, name)
const secretFile = (name: string, content: string) => {
  writeFileSync(file(name), content, { mode: 0o600 })
  return file(name)
}
const make = (id: string, ...more: string[]) => {
  const about = [
    '--id',
    id,
    '--name',
    id,
    '--listen',
    '127.0.0.1:7441',
    '--association',
    'xiehui@127.0.0.1:7440',
  ]
  return runVerb(init, [...about, '--out', file(`${id}-request.json`), '--home', file(id), '--json', ...more])
}
const list = (id: string) => runVerb(batches, ['--home', file(id), '--json'])

describe('a terminal', () => {
  const output = new Output({ json: false, language: 'en', progressLines: false })
  const chinese = new Output({ json: false, language: 'zh-CN', progressLines: false })
  const typing = (...chunks: (string | Buffer)[]) => {
    const raw: boolean[] = []
    const input = Object.assign(new PassThrough(), { setRawMode: (mode: boolean) => void raw.push(mode) })
    for (const chunk of chunks) input.write(chunk)
    const screen = new PassThrough()
    const terminal = { input, output: screen } as unknown as Terminal
    return { terminal, raw, shown: () => String(screen.read() ?? '') }
  }
  const read = async (...chunks: (string | Buffer)[]) =>
    Buffer.from(await askPassphrase(['?', '？'], output, typing(...chunks).terminal)).toString()

  it('gives what was typed and shows none of it', async () => {
    const { terminal, raw, shown } = typing('cor', 'rect horse\r')
    const typed = await askPassphrase(['passphrase: ', '口令：'], chinese, terminal)
    expect(Buffer.from(typed).toString()).toBe('correct horse')
    expect(shown()).toBe('口令：\n')
    expect(raw).toEqual([true, false])
  })

  it('takes back whole characters, and ends a line as terminals do', async () => {
    expect(await read('abc\u007f\u007fd\n')).toBe('ad')
    expect(await read('口令\u007f\bx\r')).toBe('x')
    expect(await read('\u007f\u007fok\u0004')).toBe('ok')
  })

  it('gives up on Ctrl-C, and is a terminal again', async () => {
    const { terminal, raw } = typing('secret\u0003')
    await expect(askPassphrase(['?', '？'], output, terminal)).rejects.toThrow('interrupted')
    expect(raw).toEqual([true, false])
  })

  it('is asked twice for a new passphrase, also when both were typed ahead', async () => {
    expect(Buffer.from(await askTwice(output, typing('one\rone\r').terminal)).toString()).toBe('one')
    await expectCodeAsync('ERR_KEY_PASSPHRASE', askTwice(output, typing('one\rtwo\r').terminal))
  })
})

describe('without a passphrase', () => {
  beforeEach(() => void vi.stubEnv('MIXUN_PASSPHRASE', undefined))

  it('nothing is made and nothing opened, and the next step is said: ERR_KEY_PASSPHRASE_MISSING', async () => {
    expect(codeIn(await make('nobody'))).toBe('ERR_KEY_PASSPHRASE_MISSING')
    expect(existsSync(file('nobody'))).toBe(false)
    vi.stubEnv('MIXUN_PASSPHRASE', 'of jia, for now')
    expect((await make('jia')).exitCode).toBe(0)
    const env = { MIXUN_PASSPHRASE: '' }
    const asked = await runProcess(['batches', '--home', file('jia')], { env })
    expect(asked).toMatchObject({ exitCode: 1, stdout: '' })
    expect(asked.stderr).toMatch(
      /^error ERR_KEY_PASSPHRASE_MISSING: .*keystore\n {2}next: name a file of mode 600/,
    )
  })

  it('a home is made when told so, and every verb warns in both languages', async () => {
    const made = await make('open', '--no-passphrase')
    expect(made.exitCode).toBe(0)
    expect(JSON.parse(made.stderr)).toMatchObject({ warning: expect.stringContaining('have no passphrase') })
    expect(Home.open(file('open')).keys.isProtected).toBe(false)
    const english = await runVerb(batches, ['--home', file('open')])
    expect(english.stderr).toMatch(/^warning: the keys of .* have no passphrase/)
    const chinese = await runVerb(batches, ['--home', file('open'), '--lang', 'zh-CN'])
    expect(chinese).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('警告：') })
    const names = [
      '--consortium',
      'test',
      '--name',
      'x',
      '--listen',
      '127.0.0.1:7440',
      '--home',
      file('xiehui'),
    ]
    const founded = await runVerb(createConsortium, [...names, '--no-passphrase'])
    expect(founded.stderr).toContain('warning: ')
    expect(Home.open(file('xiehui')).keys.isProtected).toBe(false)
  })
})

describe('mixun passphrase', () => {
  const change = (id: string, ...args: string[]) =>
    runVerb(passphrase, ['--home', file(id), '--json', ...args])

  it('changes the passphrase of one home, and no other key file', async () => {
    vi.stubEnv('MIXUN_PASSPHRASE', 'the first of yi')
    await make('yi')
    const identity = toHex(readFileSync(file('yi/keys/identity.key')))
    const changed = await change('yi', '--new-passphrase-file', secretFile('new', 'the second of yi\n'))
    expect(changed).toMatchObject({ exitCode: 0, stderr: '' })
    expect(JSON.parse(changed.stdout)).toEqual({ home: file('yi'), isProtected: true })
    expect(codeIn(await list('yi'))).toBe('ERR_KEY_PASSPHRASE')
    vi.stubEnv('MIXUN_PASSPHRASE', 'the second of yi')
    expect((await list('yi')).exitCode).toBe(0)
    expect(toHex(readFileSync(file('yi/keys/identity.key')))).toBe(identity)
  })

  it('takes the old one away, and puts a new one on', async () => {
    vi.stubEnv('MIXUN_PASSPHRASE', 'the first of bing')
    await make('bing')
    const without = await change('bing', '--no-passphrase')
    expect(JSON.parse(without.stdout)).toMatchObject({ isProtected: false })
    expect(without.stderr).toContain('warning')
    expect(codeIn(await list('bing'))).toBe('ERR_KEY_PASSPHRASE') // one is given, and there is none
    vi.stubEnv('MIXUN_PASSPHRASE', undefined)
    const file = secretFile('next', 'the second of bing')
    expect((await change('bing', '--new-passphrase-file', file)).exitCode).toBe(0)
    vi.stubEnv('MIXUN_PASSPHRASE_FILE', file)
    expect(await list('bing')).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('does nothing with a wrong old one, no new one, or a bad new one', async () => {
    vi.stubEnv('MIXUN_PASSPHRASE', 'the first of ding')
    await make('ding')
    const before = toHex(readFileSync(file('ding/keys/keystore')))
    const short = secretFile('short', 'short\n')
    expect(codeIn(await change('ding', '--new-passphrase-file', short))).toBe('ERR_KEY_PASSPHRASE')
    expect(codeIn(await change('ding', '--new-passphrase-file', file('no file')))).toBe('ERR_FILE_MISSING')
    expect(codeIn(await change('ding'))).toBe('ERR_KEY_PASSPHRASE_MISSING')
    const good = secretFile('good', 'a good passphrase')
    vi.stubEnv('MIXUN_PASSPHRASE', 'not that of ding')
    expect(codeIn(await change('ding', '--new-passphrase-file', good))).toBe('ERR_KEY_PASSPHRASE')
    expect(toHex(readFileSync(file('ding/keys/keystore')))).toBe(before)
  })
})
