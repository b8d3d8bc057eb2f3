export interface PlainInstruction {
  readonly kind: 'plain'
  readonly name: string
  readonly operands: readonly string[]
  readonly line: number
}

/** A block, loop or conditional with what it contains. */
export interface Structure {
  readonly kind: 'block' | 'loop' | 'if'
  readonly label: string
  readonly results: number
  readonly body: readonly Instruction[]
  /** The `else` part of a conditional. */
  readonly otherwise: readonly Instruction[]
  readonly line: number
}

/** One instruction of a function body. */
export type Instruction = PlainInstruction | Structure

export interface WasmFunction {
  readonly name: string
  readonly parameters: number
  readonly parameterTypes: readonly string[]
  readonly results: number
  /** Locals, parameters included, by name. */
  readonly locals: ReadonlyMap<string, number>
  readonly body: readonly Instruction[]
}

export interface WasmText {
  readonly functions: ReadonlyMap<string, WasmFunction>
  /** Exported name → function. */
  readonly exports: ReadonlyMap<string, string>
}

/**
 * Reads the WebAssembly text that binaryen, and so AssemblyScript, writes: functions in stack order, one instruction a line. Throws on any
 * line of another form, so that nothing is passed over.
 */
export function parseWasmText(text: string): WasmText {
  const lines = text.split('\n')
  const functions = new Map<string, WasmFunction>()
  const exports = new Map<string, string>()
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string
    const exported = /^ \(export "([^"]+)" \(func (\S+)\)\)$/.exec(line)
    if (exported !== null) exports.set(exported[1] as string, exported[2] as string)
    if (line.startsWith(' (import ')) throw new Error(`line ${at + 1}: expected a module without imports`)
    if (/^ \((start|elem|table|global) /.test(line)) {
      throw new Error(`line ${at + 1}: expected no start function, table or global`)
    }
    if (!line.startsWith(' (func ')) continue
    const reader = new FunctionReader(lines, at)
    const one = reader.read()
    functions.set(one.name, one)
    at = reader.at
  }
  return { functions, exports }
}

class FunctionReader {
  readonly #lines: readonly string[]
  at: number

  constructor(lines: readonly string[], at: number) {
    this.#lines = lines
    this.at = at
  }

  read(): WasmFunction {
    const header = this.#lines[this.at] as string
    const name = /^ \(func (\S+)/.exec(header)?.[1] as string
    const locals = new Map<string, number>()
    const parameterTypes: string[] = []
    for (const [, local, type] of header.matchAll(/\(param (\S+) (\S+)\)/g)) {
      locals.set(local as string, locals.size)
      parameterTypes.push(type as string)
    }
    const parameters = locals.size
    const results = resultsOf(header)
    this.at++
    for (;;) {
      const local = /^ {2}\(local (\S+) \S+\)$/.exec(this.#lines[this.at] as string)
      if (local === null) break
      locals.set(local[1] as string, locals.size)
      this.at++
    }
    const { body, end } = this.#sequence()
    if (end !== ')') throw new Error(`line ${this.at + 1}: expected the end of ${name}`)
    return { name, parameters, parameterTypes, results, locals, body }
  }

  /** Instructions up to `end`, `else` or the parenthesis that closes the function. */
  #sequence(): { readonly body: Instruction[]; readonly end: string } {
    const body: Instruction[] = []
    for (; ; this.at++) {
      const line = this.at
      const words = (this.#lines[line] ?? '').trim().split(/\s+/)
      const name = words[0] as string
      if (name === ')' || name === 'end' || name === 'else') return { body, end: name }
      if (!/^[a-z][a-z0-9_.]*$/.test(name)) throw new Error(`line ${line + 1}: expected an instruction`)
      if (name !== 'block' && name !== 'loop' && name !== 'if') {
        body.push({ kind: 'plain', name, operands: words.slice(1), line: line + 1 })
        continue
      }
      const label = words[1]?.startsWith('$') === true ? words[1] : ''
      const results = resultsOf(this.#lines[line] as string)
      this.at++
      const first = this.#sequence()
      const hasElse = first.end === 'else'
      if (hasElse) this.at++
      const otherwise = hasElse ? this.#sequence().body : []
      body.push({ kind: name, label, results, body: first.body, otherwise, line: line + 1 })
    }
  }
}

function resultsOf(line: string): number {
  const result = /\(result ([^)]*)\)/.exec(line)?.[1]
  return result === undefined ? 0 : result.split(' ').length
}
