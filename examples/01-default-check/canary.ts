import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type IdType, Subject } from '@mixun/core/domain'
import { type CanaryForm, canaryForms, findCanaries } from '@mixun/core/testing'
import type { AskedSubject } from './inquiries.ts'
import { DATA_FOLDER, PARTIES, type RunFolder } from './parties.ts'

/** What must not appear anywhere. Secret as a whole. */
export interface Needles {
  /** Identity numbers, in capitals: as the exports write them and as they are after normalisation. */
  readonly numbers: ReadonlySet<string>
  /** Unsalted digests of asked subjects, SHA-256 and SM3: they would be as telling as the numbers. */
  readonly digests: readonly CanaryForm[]
  /** The first subjects asked about in every other form: hex, base64, UTF-16, reversed. */
  readonly forms: readonly CanaryForm[]
}

/** Files that hold what {@link Needles} must not appear in, and how often they do. */
export interface Leak {
  readonly file: string
  readonly count: number
}

/** What the search for all numbers finds by itself. */
const IS_PLAIN = /^(number|encoded subject), (raw|lower case|upper case)$/
const IS_DIGEST = /^(SHA-256|SM3) of .*, (raw|hex)$/
/** Every form is one more pass over every file. */
const SUBJECTS_IN_ALL_FORMS = 3

/** All identity numbers of the exports, and the digests of the subjects asked about. */
export function collectNeedles(asked: readonly AskedSubject[]): Needles {
  const numbers = new Set<string>()
  for (const { exportFile } of PARTIES) {
    const encoding = exportFile.endsWith('.txt') ? 'gb18030' : 'utf-8'
    const text = new TextDecoder(encoding).decode(readFileSync(join(DATA_FOLDER, exportFile)))
    const words =
      text
        .normalize('NFKC')
        .toUpperCase()
        .match(/[0-9A-Z]+/g) ?? []
    for (const word of words) {
      if (word.length !== 15 && word.length !== 18) continue
      const subject = parse('resident-id', word) ?? parse('uscc', word)
      if (subject !== undefined) numbers.add(word).add(subject.reveal())
    }
  }
  for (const { idNumber } of asked) numbers.add(idNumber)
  const forms = asked.map(subject => canaryForms(subject).filter(({ name }) => !IS_PLAIN.test(name)))
  return {
    numbers,
    digests: forms.flat().filter(({ name }) => IS_DIGEST.test(name)),
    forms: forms.slice(0, SUBJECTS_IN_ALL_FORMS).flat(),
  }
}

/** Everything that may be read by others or kept in the clear: logs, findings and all databases of all homes. */
export function searchedFiles(folder: RunFolder): string[] {
  const homes = PARTIES.flatMap(({ id }) => ['data', 'findings'].map(part => join(folder.home(id), part)))
  return [join(folder.root, 'logs'), ...homes].filter(existsSync).flatMap(parent =>
    readdirSync(parent)
      .map(name => join(parent, name))
      .filter(file => statSync(file).isFile()),
  )
}

export function findLeaks(files: readonly string[], needles: Needles): Leak[] {
  return files.flatMap(file => {
    const count = countNeedles(readFileSync(file), isShared(file) ? needles : { ...needles, digests: [] })
    return count === 0 ? [] : [{ file, count }]
  })
}

/** Digests would do harm where others see them: in the ledger, and in logs and findings that are passed around. */
function isShared(file: string): boolean {
  return /(\.log|\.csv|ledger\.db(-wal)?)$/.test(file)
}

function countNeedles(content: Buffer, { numbers, digests, forms }: Needles): number {
  // Latin-1 keeps every byte as it is.
  const text = content.toString('latin1')
  let count = 0
  for (const [run] of text.matchAll(/[0-9A-Za-z]{15,}/g)) {
    const capitals = run.toUpperCase()
    for (let start = 0; start + 15 <= run.length; start++) {
      if (numbers.has(capitals.slice(start, start + 18))) count++
      else if (numbers.has(capitals.slice(start, start + 15))) count++
    }
  }
  return count + findCanaries(content, [...new Set([...digests, ...forms])]).length
}

function parse(idType: IdType, text: string): Subject | undefined {
  try {
    return Subject.parse(idType, text)
  } catch {
    return undefined
  }
}
