import { compareBytes, wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { passphraseFromEnvironment, type PassphraseSource } from '@mixun/sdk/keystore'
import { type Phrase, say } from './language.ts'
import type { Output } from './output.ts'

/** The `--no-passphrase` of the verbs that make a key store or change its passphrase. */
export const NO_PASSPHRASE_OPTION = {
  flags: '--no-passphrase',
  text: [
    'leave the keys unprotected: whoever reads the folder has them',
    '不设口令：能读取该目录者即可取得密钥',
  ],
} as const

export interface PassphraseOptions {
  /** False with `--no-passphrase`. */
  readonly passphrase?: boolean
}

/** Where a new key store's passphrase comes from: none when told so, the environment, or the terminal, asked twice. */
export async function choosePassphrase(
  options: PassphraseOptions,
  output: Output,
): Promise<PassphraseSource | undefined> {
  if (options.passphrase === false) return null
  const given = passphraseFromEnvironment() ?? (process.stdin.isTTY ? await askTwice(output) : undefined)
  return given === undefined ? undefined : () => given
}

/** Asks for a new passphrase twice. @throws ERR_KEY_PASSPHRASE when the two differ */
export async function askTwice(output: Output, terminal?: Terminal): Promise<Uint8Array> {
  const first = await askPassphrase(['new passphrase: ', '新口令：'], output, terminal)
  const second = await askPassphrase(['the same again: ', '再次输入：'], output, terminal)
  const isSame = compareBytes(first, second) === 0
  wipe(second)
  if (isSame) return first
  wipe(first)
  return fail('ERR_KEY_PASSPHRASE', 'expected the same passphrase twice')
}

/** Where a person types: standard input and standard error of a process at a terminal. */
export interface Terminal {
  readonly input: NodeJS.ReadStream
  readonly output: NodeJS.WritableStream
}

const ENTER = new Set([0x0a, 0x0d])
const INTERRUPT = 0x03
const END = 0x04
const ERASE = new Set([0x08, 0x7f])

/** Reads one line from the terminal without showing it; the caller wipes it. Ctrl-C ends the program. */
export async function askPassphrase(
  question: Phrase,
  output: Output,
  { input, output: screen }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<Uint8Array> {
  screen.write(say(output.language, question))
  input.setRawMode(true)
  try {
    return await readLine(input)
  } finally {
    input.setRawMode(false)
    screen.write('\n')
  }
}

function readLine(input: NodeJS.ReadStream): Promise<Uint8Array> {
  const typed: number[] = []
  return new Promise((resolve, reject) => {
    const settle = (end: () => void) => {
      input.off('data', take)
      input.pause()
      typed.fill(0)
      end()
    }
    const take = (chunk: Buffer) => {
      for (const [at, byte] of chunk.entries()) {
        if (ENTER.has(byte) || byte === END) {
          const line = Uint8Array.from(typed)
          // What was typed ahead belongs to the next question.
          const rest = Buffer.from(chunk.subarray(at + 1))
          settle(() => resolve(line))
          if (rest.length > 0) input.unshift(rest)
          break
        }
        if (byte === INTERRUPT) return settle(() => reject(new Error('interrupted')))
        if (ERASE.has(byte)) eraseCharacter(typed)
        else typed.push(byte)
      }
      chunk.fill(0)
    }
    input.on('data', take)
    input.resume()
  })
}

/** Takes back one character of UTF-8: its continuation bytes and its first one. */
function eraseCharacter(typed: number[]): void {
  let byte = typed.pop()
  while (byte !== undefined && (byte & 0xc0) === 0x80) byte = typed.pop()
}
