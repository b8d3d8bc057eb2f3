import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { inParallel, Processes, type Program } from './processes.ts'

const scratch = mkdtempSync(join(tmpdir(), 'mixun-processes-'))
const processes = new Processes()
afterAll(() => {
  processes.killAll()
  rmSync(scratch, { recursive: true })
})

function program(name: string, source: string): Program {
  const file = join(scratch, `${name}.mjs`)
  writeFileSync(file, source)
  return { name, file, arguments: [] }
}

const stays = `setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0)); console.log('ready')`

describe('programs that run to their end', () => {
  test('give back their output; progress lines are told apart', async () => {
    const seen: string[] = []
    const source = `for await (const part of process.stdin) process.stdout.write(part)
      console.error('progress: half'); console.error('other')`
    const onProgress = (text: string) => seen.push(text)
    const { stdout } = await processes.run(program('echo', source), { input: 'hello', onProgress })
    expect(stdout).toBe('hello')
    expect(seen).toEqual(['half'])
  })

  test('that fail are named with what they wrote to standard error', async () => {
    const failing = processes.run(
      program('failing', `console.error('progress: x\\nthe reason'); process.exit(3)`),
    )
    await expect(failing).rejects.toThrow(/^failing ended with 3\nthe reason$/)
  })

  test('may have other exit codes than 0 when these are results', async () => {
    const two = program('two', 'process.exit(2)')
    expect((await processes.run(two, { accepted: [0, 2] })).code).toBe(2)
    await expect(processes.run(two, { accepted: [0, 1] })).rejects.toThrow('two ended with 2')
  })
})

describe('programs that stay', () => {
  test('are ready with their first line, pass on the others and stop when asked', async () => {
    const lines: string[] = []
    const running = processes.start(
      program('talks', `${stays}; console.log('one'); console.log('two')`),
      join(scratch, 'talks.log'),
    )
    const both = new Promise<void>(resolve => {
      void running.ready(line => lines.push(line) === 2 && resolve())
    })
    await both
    expect(lines).toEqual(['one', 'two'])
    await running.stop()
    expect(await running.ended).toBe('ended with 0')
  })

  test('that end before they are ready are named with the end of their log', async () => {
    const running = processes.start(
      program('dies', `console.error('no port'); process.exit(1)`),
      join(scratch, 'dies.log'),
    )
    await expect(running.ready()).rejects.toThrow(/^dies ended with 1\nno port$/)
  })

  test('do not outlive the run, frozen or not', async () => {
    const group = new Processes()
    const all = ['awake', 'frozen'].map(name => group.start(program(name, stays), join(scratch, 'both.log')))
    await Promise.all(all.map(running => running.ready()))
    all[1]?.child.kill('SIGSTOP')
    group.killAll()
    expect(await Promise.all(all.map(running => running.ended))).toEqual(Array(2).fill('ended with SIGKILL'))
    for (const { child } of all) expect(() => process.kill(child.pid as number, 0)).toThrow('ESRCH')
  })
})

test('tasks run in parallel up to the limit, results in order', async () => {
  let running = 0
  let most = 0
  const results = await inParallel([30, 5, 10, 1], 2, async (milliseconds, index) => {
    most = Math.max(most, ++running)
    await new Promise(resolve => setTimeout(resolve, milliseconds))
    running--
    return `${index}:${milliseconds}`
  })
  expect(results).toEqual(['0:30', '1:5', '2:10', '3:1'])
  expect(most).toBe(2)
})
