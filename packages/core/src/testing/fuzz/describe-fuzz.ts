import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fuzzCodec, type FuzzedCodec } from './fuzz-codec.ts'

/** Growth of the largest size that the process has had: no frame makes a decoder ask for more. */
const MAX_GROWTH_BYTES = 512 * 2 ** 20

/** Frames a codec in the ordinary run, and in the long one: more than 10^6 over the codecs of a package. */
export const FUZZ_FRAMES = { short: 2_000, long: 50_000 } as const

/** What {@link describeFuzz} takes. */
export interface FuzzOptions {
  /** Folder `src` of the package. */
  readonly source: string
  readonly codecs: readonly FuzzedCodec[]
  /** Names of record codecs, and files that read bytes, which are not fuzzed themselves, each with the reason. */
  readonly elsewhere: Readonly<Record<string, string>>
  /** Frames a codec; MIXUN_FUZZ_FRAMES says otherwise. */
  readonly frames: number
}

/** Fuzzes the codecs of a package and checks that its source holds no other. Called at the top of a test file. */
export function describeFuzz({ source, codecs, elsewhere, frames }: FuzzOptions): void {
  const count = Number(process.env['MIXUN_FUZZ_FRAMES'] ?? frames)
  const seed = process.env['MIXUN_FUZZ_SEED'] ?? 'mixun'

  describe(`${count} mutated frames a codec`, { timeout: 3_600_000 }, () => {
    test.each(codecs.map(codec => ({ codec, name: codec.name })))('$name', ({ codec }) => {
      const { maxRSS } = process.resourceUsage()
      const { refused } = fuzzCodec(codec, count, seed)
      expect(refused).toBeGreaterThan(count / 10)
      expect((process.resourceUsage().maxRSS - maxRSS) * 1_024).toBeLessThan(MAX_GROWTH_BYTES)
    })
  })

  test('every codec of the package is among them', () => {
    const known = new Set([...codecs.flatMap(codec => [codec.name, codec.source]), ...Object.keys(elsewhere)])
    const found = codecsIn(source)
    expect([...found].filter(name => !known.has(name))).toEqual([])
    expect(Object.keys(elsewhere).filter(name => !found.has(name))).toEqual([])
  })
}

/** Names of the record codecs in a folder, and the files in it that read bytes of fixed layouts, DER or Protocol Buffers. */
function codecsIn(folder: string): Set<string> {
  const found = new Set<string>()
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts') || /(\.test\.ts|\.long\.ts|\.test-d\.ts)$|(^|\/)(testing\/|test-)/.test(path))
      continue
    const text = readFileSync(join(folder, path), 'utf8')
    for (const [, name] of text.matchAll(/recordCodec\(\s*'([^']+)'/g)) found.add(String(name))
    if (/new ((Der)?Reader|ProtobufFields)\(|parseNote\(/.test(text)) found.add(path)
  }
  return found
}
