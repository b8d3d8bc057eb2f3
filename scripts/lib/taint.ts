import { arrive, expectHeight, leave, pop, type State, type Target } from './taint-state.ts'
import type { Instruction, PlainInstruction, Structure, WasmFunction, WasmText } from './wasm-text.ts'
import { isLoad, isStore, TAKES, TAKES_VARIABLE_TIME } from './wasm-instructions.ts'

/** Where a secret would show in time. */
export interface Leak {
  readonly functionName: string
  readonly line: number
  readonly instruction: string
  readonly reason: string
}

/**
 * Follows what may depend on memory through a module. Arguments of the entry functions are public (addresses and counts);
 * every value loaded from memory is secret; what is calculated from a secret is secret. A leak is a secret that decides
 * a branch, a selection, an address, a length or the operand of an instruction of variable time, and every instruction
 * that is not known.
 */
export class TaintAnalysis {
  readonly leaks: Leak[] = []
  readonly #module: WasmText
  /** Function and secrecy of its arguments → secrecy of its results. */
  readonly #known = new Map<string, boolean[]>()
  readonly #seen = new Set<string>()

  constructor(module: WasmText) {
    this.#module = module
  }

  /** Functions reached so far. */
  get reached(): number {
    return new Set([...this.#known.keys()].map(key => key.split(' ')[0])).size
  }

  /** Analyses an exported function. */
  enter(exportName: string): void {
    const name = this.#module.exports.get(exportName)
    const entry = name === undefined ? undefined : this.#module.functions.get(name)
    if (entry === undefined) throw new Error(`expected an exported function ${exportName}`)
    this.#call(entry, all(entry.parameters, false))
  }

  #call(callee: WasmFunction, secrets: readonly boolean[]): boolean[] {
    const key = `${callee.name} ${secrets.map(Number).join('')}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    // A recursive call sees the worst; the kernels have none.
    this.#known.set(key, all(callee.results, true))
    const locals = Array.from({ length: callee.locals.size }, (_, i) => secrets[i] ?? false)
    const state: State = { locals, stack: [], isReachable: true }
    const exit: Target = { label: '', arity: callee.results, arrived: undefined }
    new FunctionWalk(callee, this.#module, (...leak) => this.#leak(...leak), this.#call.bind(this)).run(
      callee.body,
      state,
      [exit],
    )
    if (state.isReachable) arrive(exit, state, `the end of ${callee.name}`)
    const results = exit.arrived?.values ?? all(callee.results, false)
    this.#known.set(key, results)
    return results
  }

  #leak(functionName: string, line: number, instruction: string, reason: string): void {
    const key = `${line} ${reason}`
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    this.leaks.push({ functionName, line, instruction, reason })
  }
}

class FunctionWalk {
  readonly #function: WasmFunction
  readonly #module: WasmText
  readonly #report: (functionName: string, line: number, instruction: string, reason: string) => void
  readonly #call: (callee: WasmFunction, secrets: readonly boolean[]) => boolean[]

  constructor(
    walked: WasmFunction,
    module: WasmText,
    report: (functionName: string, line: number, instruction: string, reason: string) => void,
    call: (callee: WasmFunction, secrets: readonly boolean[]) => boolean[],
  ) {
    this.#function = walked
    this.#module = module
    this.#report = report
    this.#call = call
  }

  run(body: readonly Instruction[], state: State, targets: readonly Target[]): void {
    for (const instruction of body) {
      if (!state.isReachable) return
      if (instruction.kind === 'plain') this.#plain(instruction, state, targets)
      else if (instruction.kind === 'block') this.#block(instruction, state, targets)
      else if (instruction.kind === 'loop') this.#loop(instruction, state, targets)
      else this.#if(instruction, state, targets)
    }
  }

  #block(block: Structure, state: State, targets: readonly Target[]): void {
    const target: Target = { label: block.label, arity: block.results, arrived: undefined }
    const inner: State = { locals: [...state.locals], stack: [], isReachable: true }
    this.run(block.body, inner, [...targets, target])
    if (inner.isReachable) arrive(target, inner, `the end of the block at line ${block.line}`)
    leave(target, state)
  }

  #if(one: Structure, state: State, targets: readonly Target[]): void {
    if (pop(state, one.line, 'if')) this.#leak(one.line, 'if', 'a branch depends on a secret')
    const target: Target = { label: one.label, arity: one.results, arrived: undefined }
    for (const body of [one.body, one.otherwise]) {
      const inner: State = { locals: [...state.locals], stack: [], isReachable: true }
      this.run(body, inner, [...targets, target])
      if (inner.isReachable) arrive(target, inner, `the end of the if at line ${one.line}`)
    }
    leave(target, state)
  }

  #loop(loop: Structure, state: State, targets: readonly Target[]): void {
    let entry = [...state.locals]
    for (;;) {
      const target: Target = { label: loop.label, arity: 0, arrived: undefined }
      const inner: State = { locals: [...entry], stack: [], isReachable: true }
      this.run(loop.body, inner, [...targets, target])
      const again = target.arrived?.locals.map((isSecret, i) => isSecret || (entry[i] as boolean)) ?? entry
      if (again.some((isSecret, i) => isSecret !== entry[i])) {
        entry = again
        continue
      }
      if (inner.isReachable) expectHeight(inner, loop.results, `the end of the loop at line ${loop.line}`)
      state.isReachable = inner.isReachable
      state.locals = inner.locals
      state.stack.push(...inner.stack)
      return
    }
  }

  #plain(one: PlainInstruction, state: State, targets: readonly Target[]): void {
    const { name, operands, line } = one
    const { stack, locals } = state
    const check = (isSecret: boolean, reason: string): void => {
      if (isSecret) this.#leak(line, [name, ...operands].join(' '), reason)
    }
    const take = (): boolean => pop(state, line, name)
    const join = (count: number): boolean => Array.from({ length: count }, take).some(Boolean)
    const local = (): number => {
      const index = this.#function.locals.get(operands[0] as string)
      if (index === undefined) throw new Error(`line ${line}: expected a local`)
      return index
    }

    const takes = TAKES.get(name)
    const takesVariableTime = TAKES_VARIABLE_TIME.get(name)
    if (takes !== undefined) {
      stack.push(join(takes))
    } else if (takesVariableTime !== undefined) {
      const isSecret = join(takesVariableTime)
      check(isSecret, 'an instruction of variable time has a secret operand')
      stack.push(isSecret)
    } else if (isLoad(name)) {
      check(take(), 'an address depends on a secret')
      stack.push(true)
    } else if (isStore(name)) {
      take()
      check(take(), 'an address depends on a secret')
    } else if (name === 'local.get') {
      stack.push(locals[local()] as boolean)
    } else if (name === 'local.set') {
      locals[local()] = take()
    } else if (name === 'local.tee') {
      const value = take()
      locals[local()] = value
      stack.push(value)
    } else if (name === 'select') {
      check(take(), 'a selection depends on a secret')
      stack.push(join(2))
    } else if (name === 'drop') {
      take()
    } else if (name === 'memory.fill' || name === 'memory.copy') {
      check(take(), 'a length depends on a secret')
      const isSecretValue = take()
      check(take() || (name === 'memory.copy' && isSecretValue), 'an address depends on a secret')
    } else if (name === 'call') {
      const callee = this.#module.functions.get(operands[0] as string)
      if (callee === undefined) throw new Error(`line ${line}: expected a function of the module`)
      const secrets = Array.from({ length: callee.parameters }, take).toReversed()
      stack.push(...this.#call(callee, secrets))
    } else if (name === 'br' || name === 'br_if') {
      if (name === 'br_if') check(take(), 'a branch depends on a secret')
      const target = targets.findLast(({ label }) => label === operands[0])
      if (target === undefined) throw new Error(`line ${line}: expected a label`)
      arrive(target, state)
      if (name === 'br') state.isReachable = false
    } else if (name === 'return') {
      arrive(targets[0] as Target, state)
      state.isReachable = false
    } else {
      this.#leak(line, name, 'an instruction is not on the list')
      state.isReachable = false
    }
  }

  #leak(line: number, instruction: string, reason: string): void {
    this.#report(this.#function.name, line, instruction, reason)
  }
}

function all(count: number, isSecret: boolean): boolean[] {
  return Array.from({ length: count }, () => isSecret)
}
