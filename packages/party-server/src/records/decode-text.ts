import { concat } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import type { ImportProfile } from './profile.ts'

const LINE_FEED = 0x0a

/**
 * Decodes an export as a stream, strictly: bytes that are not text of the profile's encoding end the import. Works on
 * whole lines, which is safe because 0x0A is never part of a longer character in UTF-8 or GB18030.
 *
 * @param maxLineBytes the most bytes held back while waiting for a line to end
 * @throws ERR_IMPORT_ENCODING naming line and byte, ERR_IMPORT_ROW for a longer line
 */
export async function* decodeText(
  profile: ImportProfile,
  bytes: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<string> {
  const position = { line: 1, byte: 0 }
  let held: Uint8Array[] = []
  let heldBytes = 0
  let first = true
  const decode = (block: Uint8Array): string => {
    const text = decodeBlock(profile.encoding, block, position)
    const result = first ? withoutByteOrderMark(profile, text) : text
    first = false
    return result
  }
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(LINE_FEED) + 1
    if (end > 0) {
      yield decode(concat(...held, chunk.subarray(0, end)))
      held = []
      heldBytes = 0
    }
    if (end < chunk.length) {
      held.push(chunk.slice(end))
      heldBytes += chunk.length - end
    }
    if (heldBytes > maxLineBytes) {
      fail('ERR_IMPORT_ROW', `line ${position.line}: expected a line of at most ${maxLineBytes} bytes`)
    }
  }
  if (heldBytes > 0) yield decode(concat(...held))
}

interface Position {
  /** Of the block's first byte; the first line is 1. */
  line: number
  byte: number
}

/** Decodes a block that starts a line, and moves `position` behind it. */
function decodeBlock(encoding: string, block: Uint8Array, position: Position): string {
  const text = tryDecode(encoding, block, false)
  if (text === null) return failAt(encoding, block, position)
  position.byte += block.length
  for (const byte of block) if (byte === LINE_FEED) position.line++
  return text
}

function failAt(encoding: string, block: Uint8Array, { line, byte }: Position): never {
  let start = 0
  for (let number = line; start < block.length; number++) {
    const feed = block.indexOf(LINE_FEED, start)
    const bytes = block.subarray(start, feed < 0 ? block.length : feed + 1)
    if (tryDecode(encoding, bytes, false) === null) {
      const at = byte + start + longestPrefix(encoding, bytes)
      return fail(
        'ERR_IMPORT_ENCODING',
        `line ${number}, near byte ${at} of the file: expected ${encoding}`,
        {
          details: { line: number, byte: at },
        },
      )
    }
    start += bytes.length
  }
  return fail('ERR_IMPORT_ENCODING', `near line ${line} of the file: expected ${encoding}`)
}

/** How many bytes at the start of an undecodable line can begin a decodable text. */
function longestPrefix(encoding: string, line: Uint8Array): number {
  let good = 0
  let bad = line.length
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1
    if (tryDecode(encoding, line.subarray(0, middle), true) === null) bad = middle
    else good = middle
  }
  return good
}

function tryDecode(encoding: string, bytes: Uint8Array, stream: boolean): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes, { stream })
  } catch {
    return null
  }
}

function withoutByteOrderMark(profile: ImportProfile, text: string): string {
  if (!text.startsWith('\ufeff')) return text
  if (!profile.byteOrderMark) {
    fail(
      'ERR_IMPORT_ENCODING',
      'line 1: expected no byte order mark; set byteOrderMark in the profile to allow one',
    )
  }
  return text.slice(1)
}
